-- Which jobs are charged otherwise than the rules of their version tell?
-- Tables: told (machine VARCHAR, rule_version VARCHAR, job_id BIGINT, cpu_hours DOUBLE, gpu_hours DOUBLE,
--   memory_hours DOUBLE, qos VARCHAR, qos_factor DOUBLE)
SELECT c.job_id AS id, told.machine, j.job_id, c.rule_version, c.cpu_hours, c.gpu_hours, c.memory_hours,
       c.qos, c.qos_factor
FROM told
JOIN job_charges c ON c.job_id = told.job_id AND c.rule_version = told.rule_version
JOIN jobs j ON j.id = c.job_id
WHERE ROW(c.cpu_hours, c.gpu_hours, c.memory_hours, c.qos, c.qos_factor)
      IS DISTINCT FROM ROW(told.cpu_hours, told.gpu_hours, told.memory_hours, told.qos, told.qos_factor)
