(-- Which charges name rules that are not kept, or are none though nothing says why?
SELECT j.id, j.machine, j.job_id, c.rule_version, c.cpu_hours, c.gpu_hours, c.memory_hours, c.qos, c.qos_factor
FROM job_charges c
JOIN jobs j ON j.id = c.job_id
LEFT JOIN charge_rules r ON r.machine = j.machine AND r.version = c.rule_version
WHERE CASE WHEN c.rule_version IS NULL THEN coalesce(c.cpu_hours, c.gpu_hours, c.memory_hours, c.qos_factor) IS NOT NULL ELSE r.version IS NULL END)
