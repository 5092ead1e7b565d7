-- Which outcomes do the rows of these jobs supersede, in order of time?
-- Variables: ids BIGINT[]
SELECT j.id, o.id AS other
FROM outcomes j
JOIN outcomes o ON o.machine = j.machine AND o.job_id = j.job_id AND o.submit_time = j.submit_time
WHERE j.id IN (SELECT unnest(getvariable('ids')::BIGINT[])) AND NOT o.is_job AND o.file_id IS NOT NULL
ORDER BY j.id, o.logged_time, o.id
