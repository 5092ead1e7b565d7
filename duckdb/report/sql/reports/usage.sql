-- Title: Usage
-- Question: Who used how much?
-- Definition: A job counts as a whole in the period in which it ended. Hours are what was asked for times walltime used, whatever
--   is charged. Shares are those of the machine and period. Jobs of which cores or walltime are not known are counted as unknown,
--   and are in no sum.
-- Variables: period VARCHAR, entity VARCHAR, sort VARCHAR
-- By: account of jobs
-- Choices:
--   sort = core_hours, node_hours, gpu_hours, jobs: what the rows are sorted by
-- Chart: core_hours
-- Columns:
--   jobs: jobs that ended, without array parents
--   users: different users among them
--   core_hours [h]: CPUs asked for times walltime used
--   core_hours_pct [%]: share of the core-hours of the machine and period
--   node_hours [h]: chunks (nodes) asked for times walltime used
--   gpu_hours [h]: GPUs asked for times walltime used
--   unknown: jobs whose core-hours are not known
SELECT machine, period, entity, count(*) AS jobs, count(DISTINCT user_name) AS users,
       coalesce(sum(core_s), 0) / 3600 AS core_hours,
       100 * sum(core_s) / nullif(sum(sum(core_s)) OVER (PARTITION BY machine, period), 0) AS core_hours_pct,
       coalesce(sum(node_s), 0) / 3600 AS node_hours, coalesce(sum(gpu_s), 0) / 3600 AS gpu_hours,
       count(*) FILTER (core_s IS NULL) AS unknown
FROM report_jobs
GROUP BY machine, period, entity
ORDER BY machine, period,
         CASE coalesce(getvariable('sort'), 'core_hours')
             WHEN 'core_hours' THEN sum(core_s)
             WHEN 'node_hours' THEN sum(node_s)
             WHEN 'gpu_hours' THEN sum(gpu_s)
             WHEN 'jobs' THEN count(*)
         END DESC NULLS LAST, entity
