-- How did the elements of an array end that have ended, and what did they use?
-- Variables: machine VARCHAR, number BIGINT, submit_time TIMESTAMPTZ
SELECT exit_class, count(*) AS jobs, sum(ncpus * (walltime_used_s / 3600)) AS used_core_hours
FROM jobs
WHERE short_id = getvariable('number') AND machine = getvariable('machine') AND submit_time = getvariable('submit_time')
    AND array_index IS NOT NULL
GROUP BY ALL
ORDER BY jobs DESC, exit_class
