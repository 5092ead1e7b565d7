-- Title: Sizes and run times
-- Question: Which shapes of jobs use the machine?
-- Definition: Core-hours by class of size and class of walltime used: every job that ended is in exactly one of them,
--   and where its size or run time is not known, the class has no name.
-- Variables: period VARCHAR, entity VARCHAR, size VARCHAR
-- By: nothing of jobs
-- Choices:
--   size = nodes, cpus, gpus, memory, memory_used, memory_per_rank, all: what a size is; memory is in GiB, rounded up
-- Chart: core_hours
-- Columns:
--   size: class of the size. NULL: not known
--   run_time: class of the walltime used. NULL: not known
--   jobs: jobs that ended; of an array its elements, not the array as a whole
--   core_hours [h]: CPUs asked for times walltime used
--   core_hours_pct [%]: share of the machine's and period's
WITH class AS (
    SELECT machine, period, entity, size_class, time_class, count(*) AS jobs,
           coalesce(sum(core_s), 0) AS core_s
    FROM report_jobs
    GROUP BY ALL
)
SELECT c.machine, c.period, c.entity, CASE WHEN getvariable('size') = 'all' THEN 'all' ELSE n.name END AS size,
       t.name AS run_time, c.jobs,
       c.core_s / 3600 AS core_hours,
       100 * c.core_s / nullif(sum(c.core_s) OVER (PARTITION BY c.machine, c.period), 0) AS core_hours_pct
FROM class c
LEFT JOIN report_classes n ON n.kind = 'size' AND n.class = c.size_class
LEFT JOIN report_classes t ON t.kind = 'time' AND t.class = c.time_class
ORDER BY c.machine, c.period, c.entity, c.size_class NULLS LAST, c.time_class NULLS LAST
