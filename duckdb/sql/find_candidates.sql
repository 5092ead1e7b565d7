-- Which records claim the jobs of the rows that were set aside? $1: the machine.
CREATE OR REPLACE TEMP TABLE candidate AS
WITH claimed AS (
    SELECT DISTINCT job_id, submit_time FROM staged_jobs
),
row_of_job AS (
    SELECT j.id, j.machine, j.job_id, j.submit_time, j.run_count, j.end_time, false AS is_staged
    FROM jobs j SEMI JOIN claimed c ON c.job_id = j.job_id AND c.submit_time = j.submit_time
    WHERE j.machine = $1
)
SELECT j.id, j.machine, j.job_id AS object_id, j.submit_time, j.run_count, j.end_time, j.is_staged,
       s.file_id, s.line, s.logged_time, s.record_hash
FROM row_of_job j JOIN job_sources s ON s.job_id = j.id
UNION ALL
SELECT j.id, j.machine, j.job_id, j.submit_time, j.run_count, j.end_time, true, s.file_id, s.line, s.logged_time, s.record_hash
FROM staged_jobs j JOIN staged_job_sources s ON s.job_id = j.id
