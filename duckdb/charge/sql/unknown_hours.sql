-- What do the jobs lack, of those that are meant, that a rule gave no hours for?
-- Variables: machine VARCHAR, version VARCHAR
-- Tables: meant (id BIGINT, machine VARCHAR, job_id VARCHAR, end_date DATE, rule_version VARCHAR, cpu_hours DOUBLE,
--   gpu_hours DOUBLE, memory_hours DOUBLE, qos VARCHAR, qos_factor DOUBLE, lacking VARCHAR)
SELECT concat_ws(', ', CASE WHEN cpu_hours IS NULL THEN 'cpu_hours' END,
                       CASE WHEN gpu_hours IS NULL THEN 'gpu_hours' END,
                       CASE WHEN memory_hours IS NULL THEN 'memory_hours' END) AS hours,
       lacking, min(job_id) AS example, count(*) AS jobs
FROM meant
WHERE (cpu_hours IS NULL OR gpu_hours IS NULL OR memory_hours IS NULL)
  AND machine = getvariable('machine') AND rule_version = getvariable('version')
GROUP BY ALL
