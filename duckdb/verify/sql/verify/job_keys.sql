-- Every job, which is (machine, job_id, submit_time), has one row.
SELECT machine, job_id, submit_time, count(*) AS rows, min(id) AS first_id, max(id) AS last_id
FROM jobs
GROUP BY machine, job_id, submit_time
HAVING count(*) > 1
