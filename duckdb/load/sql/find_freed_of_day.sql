-- Which jobs lose the row that qhist gave them of a day, while they have other E records?
-- Variables: day DATE, machine VARCHAR
-- Tables: conflict (job_id VARCHAR, submit_time TIMESTAMPTZ)
INSERT INTO conflict
SELECT job_id, submit_time FROM outcomes
WHERE machine = getvariable('machine') AND end_date = getvariable('day') AND file_id IS NULL AND is_job
INTERSECT
SELECT job_id, submit_time FROM outcomes WHERE machine = getvariable('machine') AND NOT is_job
