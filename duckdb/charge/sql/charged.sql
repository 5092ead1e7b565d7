-- What do rules charge for jobs of which they have told the hours and the quality of service? What is no finite number
-- is NULL. An array as a whole used nothing: its elements pay.
-- Tables: told (job_id BIGINT, is_array_parent BOOLEAN, told_cpu_hours DOUBLE, told_gpu_hours DOUBLE,
--   told_memory_hours DOUBLE, told_qos VARCHAR, told_factor DOUBLE)
SELECT job_id,
       CASE WHEN is_array_parent THEN 0 WHEN isfinite(told_cpu_hours) THEN told_cpu_hours END AS cpu_hours,
       CASE WHEN is_array_parent THEN 0 WHEN isfinite(told_gpu_hours) THEN told_gpu_hours END AS gpu_hours,
       CASE WHEN is_array_parent THEN 0 WHEN isfinite(told_memory_hours) THEN told_memory_hours END AS memory_hours,
       told_qos AS qos,
       coalesce(told_factor, CASE WHEN is_array_parent THEN 0 END) AS qos_factor
FROM told
