-- Title: Slowdown
-- Question: How much longer than its run does a job take, waiting included?
-- Definition: Jobs that ended, of which wait and walltime are known; the others are counted as unknown. The expansion
--   factor is (wait + run) / run; weighted, each job counts by its node-hours. Bounded slowdown takes runs below 10 s
--   for 10 s, and is at least 1. Jobs of 0 s have no expansion factor.
-- Variables: period VARCHAR, entity VARCHAR, wait_kind VARCHAR
-- By: queue_group of jobs
-- Choices:
--   wait_kind = eligible, queued, total: which of three waits
-- Chart: p50
-- Columns:
--   jobs: jobs of which wait and walltime are known
--   unknown: jobs of which one is not
--   expansion: mean expansion factor
--   weighted_expansion: expansion factor, weighted by node-hours
--   bounded_slowdown: mean bounded slowdown
--   p50: half of the jobs have no larger bounded slowdown
--   p90: nine of ten have no larger one
--   p99: 99 of 100 have no larger one
WITH job AS (
    SELECT machine, period, entity, node_s AS weight,
           known / nullif(walltime_used_s, 0) AS expansion,
           CASE WHEN known IS NOT NULL THEN greatest(1, known / greatest(walltime_used_s, 10)) END AS slowdown, known
    FROM (SELECT *, wait_s::DOUBLE + walltime_used_s AS known FROM report_jobs)
), summed AS ( -- the percentiles once, and not once for each column
    SELECT machine, period, entity, count(known) AS jobs, count(*) - count(known) AS unknown,
           avg(expansion) AS expansion,
           sum(expansion * weight) / nullif(sum(weight) FILTER (expansion IS NOT NULL), 0) AS weighted_expansion,
           avg(slowdown) AS bounded_slowdown, quantile_cont(slowdown, [0.5, 0.9, 0.99]) AS p
    FROM job
    GROUP BY machine, period, entity
)
SELECT machine, period, entity, jobs, unknown, expansion, weighted_expansion, bounded_slowdown, p[1] AS p50,
       p[2] AS p90, p[3] AS p99
FROM summed
ORDER BY machine, period, entity
