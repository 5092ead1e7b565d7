-- Which E records are there, each once?
-- Tables: part_jobs AS SELECT 'log' AS log, 1::BIGINT AS record, * EXCLUDE (id, is_job, file_id) FROM outcomes
-- Tables: repeated_jobs (log VARCHAR, record BIGINT)
SELECT p.*, p.record_hash AS id, 1::BIGINT AS file_id, false AS is_job
FROM part_jobs p ANTI JOIN repeated_jobs r ON r.log = p.log AND r.record = p.record
