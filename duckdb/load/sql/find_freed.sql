-- Which jobs lose the row that a log gave them, while they have other E records? $1: the log. $2: the machine.
INSERT INTO conflict
SELECT job_id, submit_time FROM outcomes WHERE file_id = $1 AND is_job
INTERSECT
SELECT job_id, submit_time FROM outcomes WHERE machine = $2 AND NOT is_job
