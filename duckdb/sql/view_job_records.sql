-- What are the raw records of jobs?
SELECT outcome_id AS job_id, compressed_data, created_at
FROM outcome_records
WHERE is_job
