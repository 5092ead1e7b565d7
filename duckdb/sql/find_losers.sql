-- Of jobs that several different E records claim, which rows are not the job's? The highest run_count wins, then the
-- latest end, then the later in the log; the hash decides between records that agree in all that.
CREATE OR REPLACE TEMP TABLE loser AS
WITH candidate AS (
    SELECT j.id, j.machine, j.job_id AS object_id, j.submit_time, s.file_id, s.line, s.logged_time,
           row_number() OVER (PARTITION BY j.machine, j.job_id, j.submit_time
                              ORDER BY j.run_count DESC NULLS LAST, j.end_time DESC NULLS LAST,
                                       s.logged_time DESC NULLS LAST, s.record_hash DESC) AS place
    FROM jobs j
    JOIN conflict c ON c.machine = j.machine AND c.job_id = j.job_id AND c.submit_time = j.submit_time
    JOIN job_sources s ON s.job_id = j.id
)
SELECT id, machine, object_id, submit_time, file_id, line, logged_time FROM candidate WHERE place > 1
