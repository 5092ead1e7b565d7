-- Which charges name rules that are not kept, or are none though nothing says why? Without rules an array as a whole is
-- charged 0.
SELECT j.id, j.machine, j.job_id, c.rule_version, c.cpu_hours, c.gpu_hours, c.memory_hours, c.qos, c.qos_factor
FROM job_charges c
JOIN jobs j ON j.id = c.job_id
LEFT JOIN charge_rules r ON r.machine = j.machine AND r.version = c.rule_version
WHERE CASE WHEN c.rule_version IS NOT NULL THEN r.version IS NULL
           WHEN j.is_array_parent
               THEN ROW(c.cpu_hours, c.gpu_hours, c.memory_hours, c.qos_factor) IS DISTINCT FROM ROW(0, 0, 0, 0)
           ELSE coalesce(c.cpu_hours, c.gpu_hours, c.memory_hours, c.qos_factor) IS NOT NULL END
