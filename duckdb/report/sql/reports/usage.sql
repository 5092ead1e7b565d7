-- Title: Usage
-- Question: Who used how much?
-- Definition: A job counts as a whole in the period in which it ended. Hours are what was asked for times walltime
--   used, whatever is charged. Shares are those of the machine and period. Jobs of which cores or walltime are not
--   known are counted as unknown, and are in no sum.
-- Variables: period VARCHAR, entity VARCHAR, sort VARCHAR
-- By: account of jobs
-- Choices:
--   sort = core_hours, node_hours, gpu_hours, jobs: what the rows are sorted by
-- Chart: core_hours
-- Columns:
--   jobs: jobs that ended; of an array its elements, not the array as a whole
--   users: different users among them
--   core_hours [h]: CPUs asked for times walltime used
--   core_hours_pct [%]: share of the core-hours of the machine and period
--   node_hours [h]: chunks (nodes) asked for times walltime used
--   gpu_hours [h]: GPUs asked for times walltime used
--   unknown: jobs whose core-hours are not known
WITH personal AS ( -- so that a user is counted without a list of all jobs
    SELECT machine, period, entity, user_name, count(*) AS jobs, count(core_s) AS known, sum(core_s) AS core_s,
           sum(node_s) AS node_s, sum(gpu_s) AS gpu_s
    FROM report_jobs
    GROUP BY machine, period, entity, user_name
), used AS MATERIALIZED (
    SELECT machine, period, entity, sum(jobs)::BIGINT AS jobs, count(DISTINCT user_name) AS users,
           sum(known)::BIGINT AS known,
           sum(core_s) AS core_s, sum(node_s) AS node_s, sum(gpu_s) AS gpu_s
    FROM personal
    GROUP BY machine, period, entity
)
SELECT machine, period, entity, jobs, users, coalesce(core_s, 0) / 3600 AS core_hours,
       100 * coalesce(core_s, 0) / nullif(sum(core_s) OVER (PARTITION BY machine, period), 0) AS core_hours_pct,
       coalesce(node_s, 0) / 3600 AS node_hours, coalesce(gpu_s, 0) / 3600 AS gpu_hours, jobs - known AS unknown
FROM used
ORDER BY machine, period,
         CASE coalesce(getvariable('sort'), 'core_hours')
             WHEN 'core_hours' THEN core_s
             WHEN 'node_hours' THEN node_s
             WHEN 'gpu_hours' THEN gpu_s
             WHEN 'jobs' THEN jobs
         END DESC NULLS LAST, entity
