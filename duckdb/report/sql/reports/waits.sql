-- Title: Waits
-- Question: How long do jobs wait, by their size?
-- Definition: Jobs that ended in the period. The wait is eligible_time, as PBS counts it, or is reckoned: queued is
--   from eligible to start, total from submission to start. Torque counts no eligible_time: there all waits are unknown
--   unless wait_kind is queued or total. Percentiles are interpolated. Jobs whose wait is not known are counted, and
--   are in no percentile. Of an array its elements count, not the array as a whole.
-- Variables: period VARCHAR, entity VARCHAR, wait_kind VARCHAR, size VARCHAR
-- By: nothing of jobs
-- Choices:
--   wait_kind = eligible, queued, total: which of three waits
--   size = nodes, cpus, gpus, memory, memory_used, memory_per_rank, all: what a size is; memory is in GiB, rounded up
-- Chart: p50_s
-- Columns:
--   size: class of the size. NULL: not known
--   jobs: jobs that ended; of an array its elements, not the array as a whole
--   unknown: those whose wait is not known
--   mean_s [s]: mean wait
--   p50_s [s]: half of the jobs waited no longer
--   p90_s [s]: nine of ten waited no longer
--   p95_s [s]: 95 of 100 waited no longer
--   p99_s [s]: 99 of 100 waited no longer
--   max_s [s]: longest wait
WITH class AS (
    SELECT machine, period, entity, size_class, count(*) AS jobs, count(*) FILTER (wait_s IS NULL) AS unknown,
           avg(wait_s) AS mean_s,
           quantile_cont(wait_s, [0.5, 0.9, 0.95, 0.99]) AS p, max(wait_s) AS max_s
    FROM report_jobs
    GROUP BY ALL
)
SELECT c.machine, c.period, c.entity, CASE WHEN getvariable('size') = 'all' THEN 'all' ELSE n.name END AS size, c.jobs,
       c.unknown, c.mean_s,
       c.p[1] AS p50_s, c.p[2] AS p90_s, c.p[3] AS p95_s, c.p[4] AS p99_s, c.max_s
FROM class c LEFT JOIN report_classes n ON n.kind = 'size' AND n.class = c.size_class
ORDER BY c.machine, c.period, c.entity, c.size_class NULLS LAST
