-- Title: Top users
-- Question: Who has the largest share?
-- Definition: The rows with the largest value of the metric that is shown, and behind them all others added up: the
--   values of a machine and period add up to the whole. A job counts as a whole in the period in which it ended. Where
--   jobs name nobody, nobody is a row.
-- Variables: period VARCHAR, entity VARCHAR, metric VARCHAR, top BIGINT
-- By: user of jobs
-- Choices:
--   metric = core_hours, node_hours, gpu_hours, jobs, wasted_core_hours: what is compared; wasted is asked for in time,
--     less CPU time used
--   top = 10: how many rows a machine and period have besides the others
-- Chart: value
-- Columns:
--   rank: from 1; NULL: the others
--   others: how many are added up in the row; 0: it is one
--   value: the metric, in hours or jobs
--   value_pct [%]: its share of the machine and period
WITH measured AS ( -- in seconds, sums of which are exact
    SELECT machine, period, entity,
           CASE coalesce(getvariable('metric'), 'core_hours')
               WHEN 'core_hours' THEN sum(core_s)
               WHEN 'node_hours' THEN sum(node_s)
               WHEN 'gpu_hours' THEN sum(gpu_s)
               WHEN 'jobs' THEN count(*)
               WHEN 'wasted_core_hours' THEN sum(core_s - cpu_time_s)
           END AS value
    FROM report_jobs
    GROUP BY machine, period, entity
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY machine, period ORDER BY value DESC NULLS LAST, entity) AS place
    FROM measured
), shown AS (
    SELECT machine, period, CASE WHEN place <= coalesce(getvariable('top'), 10) THEN place END AS rank,
           CASE WHEN place <= coalesce(getvariable('top'), 10) THEN entity END AS entity, value
    FROM ranked
)
SELECT machine, period, rank, entity, CASE WHEN rank IS NULL THEN count(*) ELSE 0 END AS others,
       sum(value) / CASE WHEN getvariable('metric') = 'jobs' THEN 1 ELSE 3600 END AS value,
       100 * sum(value) / nullif(sum(sum(value)) OVER (PARTITION BY machine, period), 0) AS value_pct
FROM shown
GROUP BY machine, period, rank, entity
ORDER BY machine, period, rank NULLS LAST
