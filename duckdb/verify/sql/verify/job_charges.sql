-- Every job has one charge.
SELECT j.id, j.machine, j.job_id, coalesce(c.charges, 0) AS charges
FROM jobs j LEFT JOIN (SELECT job_id, count(*) AS charges FROM job_charges GROUP BY job_id) c ON c.job_id = j.id
WHERE c.charges IS DISTINCT FROM 1
