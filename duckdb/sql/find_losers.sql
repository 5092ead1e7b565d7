-- Of jobs that several different E records claim, which rows are not the job's? One that nothing around it casts doubt on wins
-- over one that is torn or doubtful, then the highest run_count, then one with usage, then the latest end, then the later in the log, then the
-- one with more attributes; the hash decides between records that agree in all that.
CREATE OR REPLACE TEMP TABLE loser AS
SELECT id, is_staged, machine, object_id, submit_time, file_id, line, logged_time, flags
FROM candidate ANTI JOIN job_repeat USING (id)
QUALIFY row_number() OVER (PARTITION BY machine, object_id, submit_time
                           ORDER BY flags IS NULL DESC, run_count DESC NULLS LAST, has_usage DESC, end_time DESC NULLS LAST,
                                    logged_time DESC NULLS LAST, attributes DESC, record_hash DESC) > 1
