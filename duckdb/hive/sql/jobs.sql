-- What are the jobs that are exported?
-- Tables: exported (job_row BIGINT, machine VARCHAR, job_id VARCHAR, submit_time TIMESTAMPTZ, end_time TIMESTAMPTZ)
SELECT j.id AS job_row, j.* EXCLUDE (id), coalesce(j.end_time, j.submit_time) AS ordered_by
FROM jobs j
WHERE j.id IN (SELECT job_row FROM exported)
