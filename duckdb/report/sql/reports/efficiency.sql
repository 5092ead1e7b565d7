-- Title: Efficiency
-- Question: How much of what was held was put to use?
-- Definition: CPU efficiency is CPU time of CPUs asked for times walltime used, memory efficiency GiB-hours used of
--   GiB-hours asked for, each over the jobs of which both are known. What PBS does not count is not guessed: it does
--   not say how busy GPUs were.
-- Variables: period VARCHAR, entity VARCHAR
-- By: account of jobs
-- Chart: cpu_efficiency_pct
-- Columns:
--   jobs: jobs that ended; of an array its elements, not the array as a whole
--   measured: those of which CPU time and core-hours are known
--   core_hours [h]: CPUs asked for times walltime used, of those
--   cpu_hours_used [h]: their CPU time
--   cpu_efficiency_pct [%]: CPU time of core-hours
--   wasted_core_hours [h]: core-hours less CPU time
--   memory_efficiency_pct [%]: GiB-hours used of GiB-hours asked for, over jobs of which both are known
--   gpu_hours [h]: GPUs asked for times walltime used, of all jobs
WITH job AS (
    SELECT machine, period, entity, CASE WHEN cpu_time_s IS NOT NULL THEN core_s END AS core_s,
           CASE WHEN core_s IS NOT NULL THEN cpu_time_s END AS cpu_s, gpu_s,
           CASE WHEN mem_used_bytes IS NOT NULL THEN mem_requested_bytes::DOUBLE * walltime_used_s END AS asked,
           CASE WHEN mem_requested_bytes IS NOT NULL THEN mem_used_bytes::DOUBLE * walltime_used_s END AS used
    FROM report_jobs
)
SELECT machine, period, entity, count(*) AS jobs, count(core_s) AS measured, sum(core_s) / 3600 AS core_hours,
       sum(cpu_s) / 3600 AS cpu_hours_used,
       100 * sum(cpu_s) / nullif(sum(core_s), 0) AS cpu_efficiency_pct, sum(core_s - cpu_s) / 3600 AS wasted_core_hours,
       100 * sum(used) / nullif(sum(asked), 0) AS memory_efficiency_pct, coalesce(sum(gpu_s), 0) / 3600 AS gpu_hours
FROM job
GROUP BY machine, period, entity
ORDER BY machine, period, wasted_core_hours DESC NULLS LAST, entity
