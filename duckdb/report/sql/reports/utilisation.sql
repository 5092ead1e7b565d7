-- Title: Utilisation
-- Question: How much of the machine was in use?
-- Definition: What runs of jobs held, second by second, against what the machine had: a run that crosses the edge
--   of a period counts in each for what lies inside. Runs that were requeued count, nodes only until they were
--   given back, as they are while a job is suspended, and what still runs until the logs end. The logs' beginning
--   and end cut the first and the last period. On days that are missing, as the report days tells, no more is known
--   than what runs held that ended later: it is in the hours, and in no percentage; jobs that may have ended then
--   run for their walltime, if it is known. Runs, and phases of them, that do not say what they held are counted as
--   unknown, in each period, and are in no sum of cores.
-- Variables: since DATE, until DATE, period VARCHAR, entity VARCHAR
-- By: day of runs
-- Needs: capacity
-- Chart: core_hours
-- Columns:
--   period: first local day of the period
--   hours [h]: length of the period, as far as the logs tell of it
--   days_without_logs: days of the period that are missing
--   core_hours [h]: cores held times time
--   core_pct [%]: of the capacity, on the days with logs. NULL: there are none, or no capacity is configured for them
--   capacity_cores: cores that the machine had, on average
--   gpu_hours [h]: GPUs held times time
--   gpu_pct [%]: of the capacity
--   capacity_gpus: GPUs that the machine had, on average
--   node_hours [h]: chunks (nodes) held times time
--   node_pct [%]: of the capacity. A chunk counts as a node, so that it is above 100 where jobs share nodes
--   mean_jobs: jobs that ran, or were suspended, on average
--   unknown: runs, or phases of them, that do not say how many cores they held
WITH told_day AS ( -- stretches of days of a period that are missing, or are not, have a number
    SELECT *, row_number() OVER (PARTITION BY machine ORDER BY day)
               - row_number() OVER (PARTITION BY machine, period, missing ORDER BY day) AS stretch
    FROM (
        SELECT d.*, coalesce(l.is_missing, false) AS missing
        FROM report_days d LEFT JOIN report_log_days l ON l.machine = d.machine AND l.day = d.day)
), had AS ( -- in each stretch, of what the machine had on its days
    SELECT d.machine, d.period, d.missing, min(d.begins) AS begins, max(d.ends) AS ends, count(*) AS days,
           CASE WHEN count(*) = count(c.ncpus) THEN sum((d.ends - d.begins) * c.ncpus) END AS core_s,
           CASE WHEN count(*) = count(c.ngpus) THEN sum((d.ends - d.begins) * c.ngpus) END AS gpu_s,
           CASE WHEN count(*) = count(c.nodes) THEN sum((d.ends - d.begins) * c.nodes) END AS node_s
    FROM told_day d LEFT JOIN capacity c
      ON c.machine = d.machine AND d.day >= coalesce(c.from_date, d.day) AND d.day <= coalesce(c.until_date, d.day)
    GROUP BY d.machine, d.period, d.missing, d.stretch
), period AS ( -- what it had on all of its days, and on those with logs
    SELECT machine, period, max(ends) - min(begins) AS long_s,
           coalesce(sum(days) FILTER (missing), 0)::BIGINT AS days_without_logs,
           CASE WHEN count(*) = count(core_s) THEN sum(core_s) END AS core_s,
           CASE WHEN count(*) = count(gpu_s) THEN sum(gpu_s) END AS gpu_s,
           CASE WHEN bool_and(missing OR core_s IS NOT NULL) THEN sum(core_s) FILTER (NOT missing) END AS told_core_s,
           CASE WHEN bool_and(missing OR gpu_s IS NOT NULL) THEN sum(gpu_s) FILTER (NOT missing) END AS told_gpu_s,
           CASE WHEN bool_and(missing OR node_s IS NOT NULL) THEN sum(node_s) FILTER (NOT missing) END AS told_node_s
    FROM had
    GROUP BY machine, period
), span AS ( -- steps that are as long as may be, so that each edge of two periods is one of two steps
    SELECT machine, t0, t1, step_s, edge_s - (edge_s - t0 + step_s - 1) // step_s * step_s AS base
    FROM (
        SELECT machine, t0, t1, coalesce(edges[1], t1) AS edge_s,
               coalesce(nullif(list_reduce(list_transform(edges, lambda s: s - edges[1]), lambda a, b: gcd(a, b), 0),
                   0), t1 - t0) AS step_s
        FROM (SELECT machine, min(begins) AS t0, max(ends) AS t1, list_sort(list(ends))[:-2] AS edges FROM had
            GROUP BY machine))
), place AS ( -- stretches in a row, machine by machine, with a place behind the last of each for its end
    SELECT machine, period, missing, begins, ends,
           row_number() OVER (ORDER BY machine, begins) + dense_rank() OVER (ORDER BY machine) - 1 AS place
    FROM had
), numbered AS ( -- the steps of all machines stand in a row
    SELECT *, 1 + coalesce(sum((t1 - base - 1) // step_s + 1) OVER (ORDER BY machine
           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::BIGINT AS step
    FROM span
), list AS ( -- the place of each step, and where each place begins: to look there is quicker than a join for each run
    SELECT (SELECT list(place ORDER BY step) FROM (
               SELECT p.place, unnest(range(n.step + (p.begins - n.base) // n.step_s,
                   n.step + (p.ends - n.base - 1) // n.step_s + 1)) AS step
               FROM place p JOIN numbered n ON n.machine = p.machine)) AS places,
           (SELECT list(edge ORDER BY place) FROM (
               SELECT place, begins AS edge FROM place
               UNION ALL
               SELECT max(place) + 1, max(ends) FROM place GROUP BY machine)) AS edges
), clipped AS (
    SELECT r.entity, greatest(r.start_s, n.t0) AS start_s, least(r.end_s, n.t1) AS end_s,
           n.step + (greatest(r.start_s, n.t0) - n.base) // n.step_s AS first_step,
           n.step, n.base, n.step_s,
           r.ncpus::DOUBLE AS cores, coalesce(r.ngpus, 0)::DOUBLE AS gpus, coalesce(r.nodect, 0)::DOUBLE AS nodes
    FROM report_runs r JOIN numbered n ON n.machine = r.machine
    WHERE r.start_s < n.t1 AND r.end_s > n.t0 AND r.end_time > r.start_time -- whole seconds
      -- what surely lies outside is not read
      AND (getvariable('since') IS NULL OR r.end_time >= (getvariable('since') - 2)::TIMESTAMPTZ)
      AND (getvariable('until') IS NULL OR r.start_time <= (getvariable('until') + 3)::TIMESTAMPTZ)
), held AS ( -- how long in the first of its stretches, and how long in the last, if that is another one
    SELECT c.entity, c.cores, c.gpus, c.nodes, l.places[c.first_step] AS first,
           CASE WHEN c.end_s <= l.edges[first + 1] THEN first
                ELSE l.places[c.step + (c.end_s - c.base - 1) // c.step_s] END AS last,
           (least(c.end_s, l.edges[first + 1]) - c.start_s)::DOUBLE AS first_s,
           CASE WHEN last > first THEN c.end_s - l.edges[last] ELSE 0 END::DOUBLE AS last_s
    FROM clipped c, (SELECT * FROM list WHERE places IS NOT NULL) l -- else DuckDB takes filtered runs for fewer rows
), summed AS ( -- most runs are in one stretch, or in two; a place is a machine's
    SELECT entity, first, last, coalesce(sum(cores), 0) AS cores,
           coalesce(sum(cores * first_s), 0) AS core_first, coalesce(sum(cores * last_s), 0) AS core_last,
           sum(gpus) AS gpus, sum(gpus * first_s) AS gpu_first, sum(gpus * last_s) AS gpu_last,
           sum(nodes) AS nodes, sum(nodes * first_s) AS node_first, sum(nodes * last_s) AS node_last,
           count(*)::DOUBLE AS jobs, sum(first_s) AS job_first, sum(last_s) AS job_last,
           count(*) - count(cores) AS unknown
    FROM held
    GROUP BY entity, first, last
), told AS (
    SELECT p.machine, s.* FROM summed s JOIN place p ON p.place = s.first
), change AS ( -- a run holds the stretches between its first and its last whole
    SELECT machine, entity, first AS place, core_first AS core_s, gpu_first AS gpu_s, node_first AS node_s,
           job_first AS job_s, 0 AS cores, 0 AS gpus, 0 AS nodes, 0 AS jobs, unknown AS begun, 0 AS gone
    FROM told
    UNION ALL
    SELECT machine, entity, first + 1, 0, 0, 0, 0, cores, gpus, nodes, jobs, 0, 0 FROM told WHERE last > first
    UNION ALL
    SELECT machine, entity, last, core_last, gpu_last, node_last, job_last, -cores, -gpus, -nodes, -jobs, 0, 0
    FROM told
    WHERE last > first
    UNION ALL
    SELECT machine, entity, last + 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, unknown FROM told
    UNION ALL
    SELECT p.machine, w.entity, p.place, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    FROM place p JOIN (SELECT DISTINCT machine, entity FROM told UNION SELECT machine, NULL FROM span
        WHERE getvariable('entity') IS NULL) w ON w.machine = p.machine
), level AS (
    SELECT machine, entity, place, core_s, gpu_s, node_s, job_s, sum(cores) OVER until AS cores,
           sum(gpus) OVER until AS gpus, sum(nodes) OVER until AS nodes, sum(jobs) OVER until AS jobs,
           sum(begun) OVER until AS begun, sum(gone) OVER until AS gone
    FROM (
        SELECT machine, entity, place, sum(core_s) AS core_s, sum(gpu_s) AS gpu_s, sum(node_s) AS node_s,
               sum(job_s) AS job_s, sum(cores) AS cores, sum(gpus) AS gpus, sum(nodes) AS nodes, sum(jobs) AS jobs,
               sum(begun) AS begun, sum(gone) AS gone
        FROM change
        GROUP BY ALL)
    WINDOW until AS (PARTITION BY machine, entity ORDER BY place)
), stretch AS (
    SELECT p.machine, p.period, p.missing, l.entity, l.core_s + l.cores * (p.ends - p.begins) AS core_s,
           l.gpu_s + l.gpus * (p.ends - p.begins) AS gpu_s, l.node_s + l.nodes * (p.ends - p.begins) AS node_s,
           l.job_s + l.jobs * (p.ends - p.begins) AS job_s, l.begun, l.gone
    FROM level l JOIN place p ON p.machine = l.machine AND p.place = l.place
), used AS ( -- a run that begins before the end of a period, and is not gone by its beginning, is in it
    SELECT machine, period, entity, sum(core_s) AS core_s, sum(gpu_s) AS gpu_s, sum(node_s) AS node_s,
           sum(core_s) FILTER (NOT missing) AS told_core_s, sum(gpu_s) FILTER (NOT missing) AS told_gpu_s,
           sum(node_s) FILTER (NOT missing) AS told_node_s, sum(job_s) AS job_s,
           (max(begun) - min(gone))::BIGINT AS unknown
    FROM stretch
    GROUP BY ALL
)
SELECT p.machine, p.period, u.entity, p.long_s / 3600 AS hours, p.days_without_logs,
       coalesce(u.core_s, 0) / 3600 AS core_hours,
       100 * coalesce(u.told_core_s, 0) / nullif(p.told_core_s, 0) AS core_pct,
       p.core_s / p.long_s AS capacity_cores,
       coalesce(u.gpu_s, 0) / 3600 AS gpu_hours, 100 * coalesce(u.told_gpu_s, 0) / nullif(p.told_gpu_s, 0) AS gpu_pct,
       p.gpu_s / p.long_s AS capacity_gpus,
       coalesce(u.node_s, 0) / 3600 AS node_hours,
       100 * coalesce(u.told_node_s, 0) / nullif(p.told_node_s, 0) AS node_pct,
       coalesce(u.job_s, 0) / p.long_s AS mean_jobs, u.unknown
FROM used u JOIN period p ON p.machine = u.machine AND p.period IS NOT DISTINCT FROM u.period
WHERE u.job_s > 0 OR getvariable('entity') IS NULL
ORDER BY u.machine, u.period, core_hours DESC, u.entity
