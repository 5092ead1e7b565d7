-- Which outcomes are jobs? Filled in are the columns of jobs.
SELECT %s
FROM outcomes o
WHERE o.is_job
