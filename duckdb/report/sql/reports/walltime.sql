-- Title: Walltime
-- Question: How well do people know how long their jobs run?
-- Definition: Jobs that ended, of which walltime asked for and used are known; the others are counted as unknown.
--   Accuracy is used of asked for. Hours that were asked for and not used are no loss by themselves, but they keep
--   others waiting.
-- Variables: period VARCHAR, entity VARCHAR
-- By: account of jobs
-- Chart: unused_core_hours
-- Columns:
--   jobs: jobs of which both walltimes are known
--   unknown: jobs of which one is not
--   asked_core_hours [h]: CPUs asked for times walltime asked for
--   used_core_hours [h]: CPUs asked for times walltime used
--   unused_core_hours [h]: the difference
--   accuracy_pct [%]: used of asked for, in core-hours
--   p50_pct [%]: half of the jobs used no larger share of the walltime that they asked for
--   gpu_accuracy_pct [%]: used of asked for, in GPU-hours. NULL where no GPUs were asked for
--   at_limit: jobs that used all of it
WITH job AS (
    SELECT machine, period, entity, ncpus::DOUBLE AS cores, coalesce(ngpus, 0)::DOUBLE AS gpus,
           CASE WHEN walltime_used_s IS NOT NULL THEN walltime_requested_s END AS asked,
           CASE WHEN walltime_requested_s IS NOT NULL THEN walltime_used_s END AS used
    FROM report_jobs
)
SELECT machine, period, entity, count(used) AS jobs, count(*) - count(used) AS unknown,
       sum(cores * asked) / 3600 AS asked_core_hours, sum(cores * used) / 3600 AS used_core_hours,
       sum(cores * (asked - used)) / 3600 AS unused_core_hours,
       100 * sum(cores * used) / nullif(sum(cores * asked), 0) AS accuracy_pct,
       100 * quantile_cont(used / nullif(asked, 0), 0.5) AS p50_pct,
       100 * sum(gpus * used) / nullif(sum(gpus * asked), 0) AS gpu_accuracy_pct,
       count(*) FILTER (used >= asked) AS at_limit
FROM job
GROUP BY machine, period, entity
ORDER BY machine, period, unused_core_hours DESC NULLS LAST, entity
