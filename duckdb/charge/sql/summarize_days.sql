-- What do the jobs of the days in touched_day add up to? They are those from a first to a last day, or without these
-- those of no day; the numbers of their jobs are known too. Jobs are in the view jobs, or in keyed_jobs, which has keys
-- in place of texts.
-- Variables: jobs VARCHAR, first_day DATE, last_day DATE, first_id BIGINT, last_id BIGINT
-- Tables: touched_day (machine VARCHAR, end_date DATE, utc_day DATE)
SELECT j.end_date, j.machine, j.user_name, j.account, j.queue,
       count(*),
       count(*) FILTER (j.is_array_parent),
       coalesce(sum(c.cpu_hours), 0),
       coalesce(sum(c.gpu_hours), 0),
       coalesce(sum(c.memory_hours), 0),
       coalesce(sum(c.cpu_hours * c.qos_factor), 0),
       coalesce(sum(c.gpu_hours * c.qos_factor), 0),
       coalesce(sum(c.memory_hours * c.qos_factor), 0),
       count(*) FILTER (c.cpu_hours * c.gpu_hours * c.memory_hours * c.qos_factor IS NULL),
       min(j.id) AS first_id
FROM query_table(getvariable('jobs')) j
JOIN (SELECT DISTINCT machine, end_date FROM touched_day) t ON t.machine = j.machine
    AND t.end_date IS NOT DISTINCT FROM j.end_date
JOIN (SELECT * FROM job_charges WHERE job_id BETWEEN getvariable('first_id') AND getvariable('last_id')) c
    ON c.job_id = j.id
WHERE (j.end_date BETWEEN getvariable('first_day') AND getvariable('last_day')
    OR getvariable('first_day') IS NULL AND j.end_date IS NULL)
  AND j.id BETWEEN getvariable('first_id') AND getvariable('last_id')
GROUP BY ALL
