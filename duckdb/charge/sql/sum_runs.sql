-- What are the hours of jobs of which rules have told those of each run? One whose hours are not known leaves those of
-- the job unknown. In order, as sums of floating point depend on it.
-- Tables: told_run (job_id BIGINT, charged_run BIGINT, charged_phase BIGINT, told_cpu_hours DOUBLE,
--   told_gpu_hours DOUBLE, told_memory_hours DOUBLE)
SELECT job_id,
       CASE WHEN count(told_cpu_hours) = count(*)
           THEN sum(told_cpu_hours ORDER BY charged_run, charged_phase) END AS told_cpu_hours,
       CASE WHEN count(told_gpu_hours) = count(*)
           THEN sum(told_gpu_hours ORDER BY charged_run, charged_phase) END AS told_gpu_hours,
       CASE WHEN count(told_memory_hours) = count(*)
           THEN sum(told_memory_hours ORDER BY charged_run, charged_phase) END AS told_memory_hours
FROM told_run
GROUP BY job_id
