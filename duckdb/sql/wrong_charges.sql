(-- Which jobs are charged otherwise than the rules of their version say? Filled in are the rules as in charge_jobs.sql, the machine
-- and the version.
WITH charged AS (
    SELECT j.id AS charged_job_id, j.machine AS charged_machine, j.job_id AS charged_name,
           TRY((%[1]s
           )::DOUBLE) AS charged_cpu_hours,
           TRY((%[2]s
           )::DOUBLE) AS charged_gpu_hours,
           TRY((%[3]s
           )::DOUBLE) AS charged_memory_hours,
           TRY((%[4]s
           )::VARCHAR) AS charged_qos
    FROM jobs j
    WHERE j.machine = %[6]s
)
SELECT charged_job_id AS id, charged_machine AS machine, charged_name AS job_id, c.rule_version, c.cpu_hours, c.gpu_hours, c.memory_hours, c.qos, c.qos_factor
FROM charged
JOIN job_charges c ON c.job_id = charged_job_id AND c.rule_version = %[7]s
WHERE c.qos IS DISTINCT FROM charged_qos
   OR c.qos_factor IS DISTINCT FROM %[5]s
   OR c.cpu_hours IS DISTINCT FROM CASE WHEN isfinite(charged_cpu_hours) THEN charged_cpu_hours END
   OR c.gpu_hours IS DISTINCT FROM CASE WHEN isfinite(charged_gpu_hours) THEN charged_gpu_hours END
   OR c.memory_hours IS DISTINCT FROM CASE WHEN isfinite(charged_memory_hours) THEN charged_memory_hours END)
