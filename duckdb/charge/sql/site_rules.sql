-- By which rules were and are the jobs of a machine charged?
-- Variables: machine VARCHAR
SELECT version, from_date, until_date, charged_over, cpu_hours, gpu_hours, memory_hours, coalesce(qos, ''),
       coalesce(factors, ''), is_current
FROM charge_rules
WHERE machine = getvariable('machine')
ORDER BY from_date NULLS FIRST, version
