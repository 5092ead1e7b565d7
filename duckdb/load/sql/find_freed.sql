-- Which jobs lose the row that a log gave them, while they have other E records?
-- Variables: file_id BIGINT, machine VARCHAR
-- Tables: conflict (job_id VARCHAR, submit_time TIMESTAMPTZ)
INSERT INTO conflict
SELECT job_id, submit_time FROM outcomes WHERE file_id = getvariable('file_id') AND is_job
INTERSECT
SELECT job_id, submit_time FROM outcomes WHERE machine = getvariable('machine') AND NOT is_job
