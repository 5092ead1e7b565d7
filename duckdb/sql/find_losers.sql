-- Of jobs that several different E records claim, which rows are not the job's? The highest run_count wins, then the
-- latest end, then the later in the log; the hash decides between records that agree in all that.
CREATE OR REPLACE TEMP TABLE loser AS
SELECT id, is_staged, machine, object_id, submit_time, file_id, line, logged_time
FROM candidate ANTI JOIN job_repeat USING (id)
QUALIFY row_number() OVER (PARTITION BY machine, object_id, submit_time
                           ORDER BY run_count DESC NULLS LAST, end_time DESC NULLS LAST,
                                    logged_time DESC NULLS LAST, record_hash DESC) > 1
