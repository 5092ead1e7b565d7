-- Title: Utilisation
-- Question: How much of the machine was in use?
-- Definition: What runs of jobs held, second by second, against what the machine had: a run that crosses the edge of a period counts in each
--   for what lies inside. Runs that were requeued count, nodes only until they were given back, and what still runs until the logs end. The
--   logs' beginning and end cut the first and the last period. Runs that do not say what they held are counted as unknown, in each period, and are in no sum of cores.
-- Variables: since DATE, until DATE, period VARCHAR, entity VARCHAR
-- By: day of runs
-- Needs: capacity
-- Chart: core_hours
-- Columns:
--   period: first local day of the period
--   hours [h]: length of the period, as far as the logs tell of it
--   core_hours [h]: cores held times time
--   core_pct [%]: of the capacity in the period. NULL: none is configured for all of its days
--   capacity_cores: cores that the machine had, on average
--   gpu_hours [h]: GPUs held times time
--   gpu_pct [%]: of the capacity
--   capacity_gpus: GPUs that the machine had, on average
--   node_hours [h]: chunks (nodes) held times time
--   node_pct [%]: of the capacity; above 100 where jobs share nodes
--   mean_jobs: jobs that ran, on average
--   unknown: runs that do not say how many cores they held
WITH span AS (
    SELECT machine, min(begins) AS t0, max(ends) AS t1, min(begins) - min(begins) % 900 AS base FROM report_days GROUP BY machine
), had AS ( -- in each period, of what the machine had on its days
    SELECT d.machine, d.period, s.base, min(d.begins) AS begins, max(d.ends) AS ends,
           CASE WHEN count(*) = count(c.ncpus) THEN sum((d.ends - d.begins) * c.ncpus) END AS core_s,
           CASE WHEN count(*) = count(c.ngpus) THEN sum((d.ends - d.begins) * c.ngpus) END AS gpu_s,
           CASE WHEN count(*) = count(c.nodes) THEN sum((d.ends - d.begins) * c.nodes) END AS node_s
    FROM report_days d JOIN span s ON s.machine = d.machine LEFT JOIN capacity c
      ON c.machine = d.machine AND d.day >= coalesce(c.from_date, d.day) AND d.day <= coalesce(c.until_date, d.day)
    GROUP BY d.machine, d.period, s.base
), held AS (
    SELECT r.machine, CASE WHEN getvariable('entity') IS NULL THEN '' ELSE coalesce('=' || r.entity, '') END AS key, greatest(r.start_s, s.t0) - s.base AS start_s, least(r.end_s, s.t1) - s.base AS end_s,
           r.ncpus::DOUBLE AS cores, coalesce(r.ngpus, 0)::DOUBLE AS gpus, coalesce(r.nodect, 0)::DOUBLE AS nodes
    FROM report_runs r JOIN span s ON s.machine = r.machine AND r.start_s < s.t1 AND r.end_s > s.t0
    WHERE r.end_time >= coalesce(getvariable('since') - 2, DATE '1000-01-01')::TIMESTAMPTZ -- what surely lies outside is not read
      AND r.start_time <= coalesce(getvariable('until') + 3, DATE '9000-01-01')::TIMESTAMPTZ
), whose AS (
    SELECT DISTINCT machine, key FROM held
    UNION
    SELECT machine, '' FROM span WHERE getvariable('entity') IS NULL
), edge AS ( -- a period is what is summed until the quarter before its end, less what is until the quarter before its beginning
    SELECT h.machine, h.period, w.key, unnest([(h.begins - h.base) // 900 - 1, (h.ends - h.base + 899) // 900 - 1]) AS quarter, unnest([-1, 1]) AS sign
    FROM had h JOIN whose w ON w.machine = h.machine
), change AS ( -- by quarters of an hour, on whose edges local days begin; most runs begin and end in one, and are told by it alone
    SELECT machine, key, start_s // 900 AS quarter, coalesce(sum(cores) FILTER (goes_on), 0) AS cores, coalesce(sum(cores * told_s), 0) AS core_s,
           coalesce(sum(gpus) FILTER (goes_on), 0) AS gpus, sum(gpus * told_s) AS gpu_s,
           coalesce(sum(nodes) FILTER (goes_on), 0) AS nodes, sum(nodes * told_s) AS node_s,
           count(*) FILTER (goes_on)::DOUBLE AS jobs, sum(told_s)::DOUBLE AS job_s, count(*) - count(cores) AS unknown, 0 AS gone
    FROM (SELECT *, start_s // 900 <> end_s // 900 AS goes_on, CASE WHEN start_s // 900 <> end_s // 900 THEN start_s ELSE start_s - end_s END AS told_s FROM held)
    GROUP BY machine, key, quarter
    UNION ALL
    SELECT machine, key, end_s // 900, -coalesce(sum(cores), 0), -coalesce(sum(cores * end_s), 0), -sum(gpus), -sum(gpus * end_s),
           -sum(nodes), -sum(nodes * end_s), -count(*)::DOUBLE, -sum(end_s)::DOUBLE, 0, 0
    FROM held
    WHERE start_s // 900 <> end_s // 900
    GROUP BY ALL
    UNION ALL -- what begins before the end of a period, and is not gone by its beginning, is in it
    SELECT machine, key, (end_s - 1) // 900, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 FROM held WHERE cores IS NULL
    UNION ALL
    SELECT machine, key, quarter, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM edge
), summed AS ( -- until t the cores in use there times t, less what they were begun and ended at, is what was held
    SELECT machine, key, quarter, sum(cores) OVER until AS cores, sum(core_s) OVER until AS core_s, sum(gpus) OVER until AS gpus,
           sum(gpu_s) OVER until AS gpu_s, sum(nodes) OVER until AS nodes, sum(node_s) OVER until AS node_s,
           sum(jobs) OVER until AS jobs, sum(job_s) OVER until AS job_s, sum(unknown) OVER until AS unknown, sum(gone) OVER until AS gone
    FROM (
        SELECT machine, key, quarter, sum(cores) AS cores, sum(core_s) AS core_s, sum(gpus) AS gpus, sum(gpu_s) AS gpu_s, sum(nodes) AS nodes,
               sum(node_s) AS node_s, sum(jobs) AS jobs, sum(job_s) AS job_s, sum(unknown) AS unknown, sum(gone) AS gone
        FROM change
        GROUP BY ALL)
    WINDOW until AS (PARTITION BY machine, key ORDER BY quarter)
), used AS (
    SELECT e.machine, e.period, e.key, sum(e.sign * (s.cores * (e.quarter + 1) * 900 - s.core_s)) AS core_s,
           sum(e.sign * (s.gpus * (e.quarter + 1) * 900 - s.gpu_s)) AS gpu_s, sum(e.sign * (s.nodes * (e.quarter + 1) * 900 - s.node_s)) AS node_s,
           sum(e.sign * (s.jobs * (e.quarter + 1) * 900 - s.job_s)) AS job_s, coalesce(sum(CASE WHEN e.sign > 0 THEN s.unknown ELSE -s.gone END), 0)::BIGINT AS unknown
    FROM edge e JOIN summed s ON s.machine = e.machine AND s.key = e.key AND s.quarter = e.quarter
    GROUP BY ALL
)
SELECT u.machine, u.period, CASE WHEN u.key <> '' THEN u.key[2:] END AS entity, (h.ends - h.begins) / 3600 AS hours,
       coalesce(u.core_s, 0) / 3600 AS core_hours, 100 * coalesce(u.core_s, 0) / nullif(h.core_s, 0) AS core_pct, h.core_s / (h.ends - h.begins) AS capacity_cores,
       coalesce(u.gpu_s, 0) / 3600 AS gpu_hours, 100 * coalesce(u.gpu_s, 0) / nullif(h.gpu_s, 0) AS gpu_pct,
       h.gpu_s / (h.ends - h.begins) AS capacity_gpus,
       coalesce(u.node_s, 0) / 3600 AS node_hours, 100 * coalesce(u.node_s, 0) / nullif(h.node_s, 0) AS node_pct,
       coalesce(u.job_s, 0) / (h.ends - h.begins) AS mean_jobs, u.unknown
FROM used u JOIN had h ON h.machine = u.machine AND h.period IS NOT DISTINCT FROM u.period
WHERE u.job_s > 0 OR getvariable('entity') IS NULL
ORDER BY u.machine, u.period, core_hours DESC, entity
