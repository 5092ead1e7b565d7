-- Which keys do the jobs have that are there? Filled in are the table of jobs, a join with the keys of arriving jobs, and
-- a condition on machine and time.
SELECT DISTINCT j.job_id, j.submit_time
FROM %[1]s j %[2]s
WHERE %[3]s
