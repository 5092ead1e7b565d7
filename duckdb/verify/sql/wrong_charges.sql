(-- Which jobs are charged otherwise than the rules of their version say? Filled in are charged.sql for these jobs of a machine, the
-- machine, and the version.
SELECT c.job_id AS id, %[2]s AS machine, j.job_id, c.rule_version, c.cpu_hours, c.gpu_hours, c.memory_hours, c.qos, c.qos_factor
FROM (%[1]s) told
JOIN job_charges c ON c.job_id = told.job_id AND c.rule_version = %[3]s
JOIN jobs j ON j.id = c.job_id
WHERE ROW(c.cpu_hours, c.gpu_hours, c.memory_hours, c.qos, c.qos_factor)
      IS DISTINCT FROM ROW(told.cpu_hours, told.gpu_hours, told.memory_hours, told.qos, told.qos_factor))
