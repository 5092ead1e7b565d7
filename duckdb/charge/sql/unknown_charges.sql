-- Which charges are not known, and what of them? Filled in is which jobs.
SELECT j.machine, coalesce(c.rule_version, '') AS rule_version, c.rule_version IS NOT NULL AND c.qos IS NULL AS no_qos,
       c.rule_version IS NOT NULL AND c.qos_factor IS NULL AS no_factor, coalesce(c.qos, '') AS qos,
       c.cpu_hours IS NULL OR c.gpu_hours IS NULL OR c.memory_hours IS NULL AS no_hours,
       min(j.end_date) AS first_day, max(j.end_date) AS last_day, count(*) AS jobs
FROM jobs j JOIN job_charges c ON c.job_id = j.id
WHERE c.cpu_hours * c.gpu_hours * c.memory_hours * c.qos_factor IS NULL AND %s
GROUP BY ALL
