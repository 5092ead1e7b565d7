-- Title: Job sizes
-- Question: How large are the jobs, and which sizes use the machine?
-- Definition: Classes are closed and have no gaps: every job that ended is in exactly one, or its size is not known,
--   which is the class that has no name. The rows of a machine and period add up to all of its jobs.
-- Variables: period VARCHAR, entity VARCHAR, size VARCHAR
-- By: nothing of jobs
-- Choices:
--   size = nodes, cpus, gpus, memory, memory_used, memory_per_rank, all: what a size is; memory is in GiB, rounded up,
--     asked for or used
-- Chart: core_hours
-- Columns:
--   size: class of the size. NULL: not known
--   jobs: jobs that ended; of an array its elements, not the array as a whole
--   jobs_pct [%]: share of the machine's and period's
--   users: different users
--   core_hours [h]: CPUs asked for times walltime used
--   core_hours_pct [%]: share of the machine's and period's
--   gpu_hours [h]: GPUs asked for times walltime used
WITH personal AS ( -- so that a user is counted without a list of all jobs
    SELECT machine, period, entity, size_class, user_name, count(*) AS jobs, sum(core_s) AS core_s, sum(gpu_s) AS gpu_s
    FROM report_jobs
    GROUP BY ALL
), class AS MATERIALIZED (
    SELECT machine, period, entity, size_class, sum(jobs)::BIGINT AS jobs, count(DISTINCT user_name) AS users,
           coalesce(sum(core_s), 0) AS core_s, coalesce(sum(gpu_s), 0) AS gpu_s
    FROM personal
    GROUP BY ALL
)
SELECT c.machine, c.period, c.entity, CASE WHEN getvariable('size') = 'all' THEN 'all' ELSE n.name END AS size, c.jobs,
       100 * c.jobs / sum(c.jobs) OVER whole AS jobs_pct, c.users,
       c.core_s / 3600 AS core_hours, 100 * c.core_s / nullif(sum(c.core_s) OVER whole, 0) AS core_hours_pct,
       c.gpu_s / 3600 AS gpu_hours
FROM class c LEFT JOIN report_classes n ON n.kind = 'size' AND n.class = c.size_class
WINDOW whole AS (PARTITION BY c.machine, c.period)
ORDER BY c.machine, c.period, c.entity, c.size_class NULLS LAST
