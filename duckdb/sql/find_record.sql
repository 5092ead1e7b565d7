-- Which blob holds a job's raw record, and where was that read? Filled in is jobs.id, as a literal: see find_jobs.sql.
SELECT r.compressed_data, f.file, s.line, f.time_zone, s.flags
FROM (SELECT * FROM job_records WHERE job_id = %[1]d) r
LEFT JOIN (SELECT * FROM job_sources WHERE job_id = %[1]d) s ON true
LEFT JOIN log_files f ON f.file_id = s.file_id
LIMIT 1
