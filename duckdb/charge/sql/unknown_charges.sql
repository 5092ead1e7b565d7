-- Which charges are not known, of the jobs that are meant, and what of them?
-- Tables: meant (id BIGINT, machine VARCHAR, job_id VARCHAR, end_date DATE, rule_version VARCHAR, cpu_hours DOUBLE,
--   gpu_hours DOUBLE, memory_hours DOUBLE, qos VARCHAR, qos_factor DOUBLE)
SELECT machine, coalesce(rule_version, '') AS rule_version, rule_version IS NOT NULL AND qos IS NULL AS no_qos,
       rule_version IS NOT NULL AND qos_factor IS NULL AS no_factor, coalesce(qos, '') AS qos,
       cpu_hours IS NULL OR gpu_hours IS NULL OR memory_hours IS NULL AS no_hours,
       min(end_date) AS first_day, max(end_date) AS last_day, count(*) AS jobs
FROM meant
WHERE cpu_hours * gpu_hours * memory_hours * qos_factor IS NULL
GROUP BY ALL
