-- Title: Queues
-- Question: What does each queue do?
-- Definition: Jobs that ended in the period. Median wait is that of eligible time, where PBS counts it.
-- Variables: period VARCHAR, entity VARCHAR, wait_kind VARCHAR
-- By: queue_group of jobs
-- Choices:
--   wait_kind = eligible, queued, total: which of three waits
-- Chart: core_hours
-- Columns:
--   jobs: jobs that ended; of an array its elements, not the array as a whole
--   users: different users
--   core_hours [h]: CPUs asked for times walltime used
--   gpu_hours [h]: GPUs asked for times walltime used
--   median_wait_s [s]: half of the jobs waited no longer
--   median_run_s [s]: half of the jobs ran no longer
--   median_nodes: half of the jobs asked for no more chunks (nodes)
--   failed_pct [%]: share of the jobs that did not end with 0
SELECT machine, period, entity, count(*) AS jobs, count(DISTINCT user_name) AS users,
       coalesce(sum(core_s), 0) / 3600 AS core_hours,
       coalesce(sum(gpu_s), 0) / 3600 AS gpu_hours, median(wait_s) AS median_wait_s,
       median(walltime_used_s) AS median_run_s,
       median(nodect) AS median_nodes,
       100 * count(*) FILTER (exit_class <> 'ok') / nullif(count(exit_class), 0) AS failed_pct
FROM report_jobs
GROUP BY machine, period, entity
ORDER BY machine, period, core_hours DESC, entity
