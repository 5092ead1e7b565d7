-- What ran, and what was it charged? Filled in are the columns of jobs.
SELECT %s,
       c.cpu_hours, c.gpu_hours, c.memory_hours, c.qos, c.qos_factor, c.rule_version,
       c.cpu_hours * c.qos_factor AS cpu_charge,
       c.gpu_hours * c.qos_factor AS gpu_charge,
       c.memory_hours * c.qos_factor AS memory_charge
FROM jobs j
LEFT JOIN job_charges c ON c.job_id = j.id
