-- What do the jobs of the days in touched_day add up to? Filled in are how a job's day is found there, the first and the last of
-- these jobs, by number, and where they are found: jobs, or keyed_jobs, which has keys in place of texts.
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
FROM %[4]s j
JOIN touched_day t ON t.machine = j.machine AND %[1]s
JOIN (SELECT * FROM job_charges WHERE job_id BETWEEN %[2]d AND %[3]d) c ON c.job_id = j.id
WHERE j.id BETWEEN %[2]d AND %[3]d
GROUP BY ALL
