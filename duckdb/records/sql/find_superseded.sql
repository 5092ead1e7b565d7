-- Which outcomes does the row of a job supersede, in order of time?
-- Variables: id BIGINT
SELECT o.id, o.machine, o.job_id, o.submit_time
FROM outcomes j
JOIN outcomes o ON o.machine = j.machine AND o.job_id = j.job_id AND o.submit_time = j.submit_time
WHERE j.id = getvariable('id') AND NOT o.is_job AND o.file_id IS NOT NULL
ORDER BY o.logged_time, o.id
