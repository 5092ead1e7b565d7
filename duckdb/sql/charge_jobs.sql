-- What is each of these jobs charged by a rule? Filled in are the rule's hours, its quality of service, the factor of that,
-- the version, and which jobs.
INSERT INTO job_charges
WITH charged AS (
    SELECT j.id AS charged_job_id,
           TRY((%[1]s
           )::DOUBLE) AS charged_cpu_hours,
           TRY((%[2]s
           )::DOUBLE) AS charged_gpu_hours,
           TRY((%[3]s
           )::DOUBLE) AS charged_memory_hours,
           TRY((%[4]s
           )::VARCHAR) AS charged_qos
    FROM jobs j
    WHERE %[7]s
)
SELECT charged_job_id,
       CASE WHEN isfinite(charged_cpu_hours) THEN charged_cpu_hours END,
       CASE WHEN isfinite(charged_gpu_hours) THEN charged_gpu_hours END,
       CASE WHEN isfinite(charged_memory_hours) THEN charged_memory_hours END,
       charged_qos, %[5]s, %[6]s
FROM charged
