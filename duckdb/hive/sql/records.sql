-- What are the raw records of the jobs that are exported?
-- Tables: exported (job_row BIGINT, machine VARCHAR, job_id VARCHAR, submit_time TIMESTAMPTZ, end_time TIMESTAMPTZ)
SELECT e.*, r.compressed_data AS record, coalesce(e.end_time, e.submit_time) AS ordered_by
FROM exported e JOIN job_records r ON r.job_id = e.job_row
