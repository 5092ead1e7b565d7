-- Where were the E records of jobs read?
SELECT id AS job_id, file_id, line, logged_time, record_hash, source_flags AS flags, attributes
FROM outcomes
WHERE is_job AND file_id IS NOT NULL
