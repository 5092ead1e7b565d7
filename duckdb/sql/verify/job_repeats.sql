-- No record is a job's row and among the superseded records as well.
SELECT e.machine, e.object_id AS job_id, s.job_id AS id, e.record_hash, e.file_id, e.line
FROM events e
JOIN job_sources s ON s.record_hash = e.record_hash
JOIN jobs j ON j.id = s.job_id AND j.machine = e.machine AND j.job_id = e.object_id
WHERE e.is_superseded
