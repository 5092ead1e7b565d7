-- Which outcomes are jobs?
SELECT o.* EXCLUDE (is_job, file_id, line, logged_time, record_hash, source_flags, attributes)
FROM outcomes o
WHERE o.is_job
