-- Title: Memory
-- Question: How much of the memory that was asked for was used?
-- Definition: Jobs that ended, of which all is known; the others are counted as unknown. GiB-hours are memory times
--   walltime used. Used is the largest that PBS saw; what is wasted is asked for less used, and below 0 where more was
--   used than was asked for.
-- Variables: period VARCHAR, entity VARCHAR
-- By: account of jobs
-- Chart: wasted_gib_hours
-- Columns:
--   jobs: jobs of which memory asked for, memory used and walltime are known
--   unknown: jobs of which one of them is not
--   asked_gib_hours [GiB h]: memory asked for times walltime used
--   used_gib_hours [GiB h]: memory used times walltime used
--   wasted_gib_hours [GiB h]: asked for less used
--   efficiency_pct [%]: used of asked for, in GiB-hours
--   p50_pct [%]: half of the jobs used no larger share of what they asked for; those that asked for none left out
--   over_asked: jobs that used more than they asked for
WITH job AS (
    SELECT machine, period, entity, CASE WHEN is_known THEN mem_requested_bytes::DOUBLE END AS asked,
           CASE WHEN is_known THEN mem_used_bytes::DOUBLE END AS used,
           asked * walltime_used_s AS asked_s, used * walltime_used_s AS used_s
    FROM (SELECT *, mem_requested_bytes IS NOT NULL AND mem_used_bytes IS NOT NULL
        AND walltime_used_s IS NOT NULL AS is_known FROM report_jobs)
)
SELECT machine, period, entity, count(used_s) AS jobs, count(*) - count(used_s) AS unknown,
       sum(asked_s) / 3_865_470_566_400 AS asked_gib_hours, sum(used_s) / 3_865_470_566_400 AS used_gib_hours,
       sum(asked_s - used_s) / 3_865_470_566_400 AS wasted_gib_hours,
       100 * sum(used_s) / nullif(sum(asked_s), 0) AS efficiency_pct,
       100 * quantile_cont(used / nullif(asked, 0), 0.5) AS p50_pct, count(*) FILTER (used > asked) AS over_asked
FROM job
GROUP BY machine, period, entity
ORDER BY machine, period, wasted_gib_hours DESC NULLS LAST, entity
