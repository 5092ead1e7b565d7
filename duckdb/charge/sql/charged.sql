-- What do the rules say of these jobs? Filled in are the rules for hours and quality of service, the factor of that, which
-- jobs, and jobs as rules see them. What fails for a job, or is no finite number, is NULL. An array as a whole used nothing: its elements pay.
WITH told AS (
    SELECT j.id AS charged_job_id, j.is_array_parent AS charged_is_parent,
           TRY((%[1]s
           )::DOUBLE) AS charged_cpu_hours,
           TRY((%[2]s
           )::DOUBLE) AS charged_gpu_hours,
           TRY((%[3]s
           )::DOUBLE) AS charged_memory_hours,
           TRY((%[4]s
           )::VARCHAR) AS charged_qos
    FROM %[7]s
    WHERE %[6]s
)
SELECT charged_job_id AS job_id,
       CASE WHEN charged_is_parent THEN 0 WHEN isfinite(charged_cpu_hours) THEN charged_cpu_hours END AS cpu_hours,
       CASE WHEN charged_is_parent THEN 0 WHEN isfinite(charged_gpu_hours) THEN charged_gpu_hours END AS gpu_hours,
       CASE WHEN charged_is_parent THEN 0 WHEN isfinite(charged_memory_hours) THEN charged_memory_hours END AS memory_hours,
       charged_qos AS qos,
       coalesce(%[5]s, CASE WHEN charged_is_parent THEN 0 END) AS qos_factor
FROM told
