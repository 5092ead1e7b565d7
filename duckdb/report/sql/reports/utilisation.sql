-- Title: Utilisation
-- Question: How much of the machine was in use?
-- Definition: What runs of jobs held, second by second, against what the machine had: a run that crosses the edge of a
--   period counts in each for what lies inside. Runs that were requeued count, nodes only until they were given back,
--   and what still runs until the logs end. The logs' beginning and end cut the first and the last period. On days
--   that are missing, as the report days tells, no more is known than what runs held that ended later: it is in the
--   hours, and in no percentage; jobs that ended then seem to run on until the logs end. Runs that do not say what they
--   held are counted as unknown, in each period, and are in no sum of cores.
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
--   mean_jobs: jobs that ran, on average
--   unknown: runs that do not say how many cores they held
WITH named AS (
    SELECT DISTINCT l.machine, try_strptime(l.name, '%Y%m%d')::DATE AS day
    FROM log_files l JOIN machines m ON m.machine = l.machine
    WHERE regexp_full_match(l.name, '\d{8}') AND try_strptime(l.name, '%Y%m%d') IS NOT NULL
), told_day AS ( -- stretches of days of a period that are missing, or are not, have a number
    SELECT *, row_number() OVER (PARTITION BY machine ORDER BY day)
               - row_number() OVER (PARTITION BY machine, period, missing ORDER BY day) AS stretch
    FROM (
        SELECT d.*, n.day IS NULL AND coalesce(d.day BETWEEN s.first_day AND s.last_day, false) AS missing
        FROM report_days d LEFT JOIN named n ON n.machine = d.machine AND n.day = d.day
        LEFT JOIN (SELECT machine, min(day) AS first_day, max(day) AS last_day FROM named GROUP BY machine) s
          ON s.machine = d.machine)
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
), held AS (
    SELECT r.machine, r.entity, s.step_s, (greatest(r.start_s, s.t0) - s.base) // s.step_s AS first,
           (least(r.end_s, s.t1) - s.base - 1) // s.step_s AS last,
           ((first + 1) * s.step_s - greatest(r.start_s, s.t0) + s.base)::DOUBLE AS first_s,
           ((last + 1) * s.step_s - least(r.end_s, s.t1) + s.base)::DOUBLE AS last_s,
           r.ncpus::DOUBLE AS cores, coalesce(r.ngpus, 0)::DOUBLE AS gpus, coalesce(r.nodect, 0)::DOUBLE AS nodes
    FROM report_runs r JOIN span s ON s.machine = r.machine AND r.start_s < s.t1 AND r.end_s > s.t0
    -- what surely lies outside is not read
    WHERE (getvariable('since') IS NULL OR r.end_time >= (getvariable('since') - 2)::TIMESTAMPTZ)
      AND (getvariable('until') IS NULL OR r.start_time <= (getvariable('until') + 3)::TIMESTAMPTZ)
), told AS ( -- most runs are in one step, or in two
    SELECT machine, entity, first, last, coalesce(sum(cores), 0) AS cores,
           coalesce(sum(cores * first_s), 0) AS core_first, coalesce(sum(cores * last_s), 0) AS core_last,
           sum(gpus) AS gpus, sum(gpus * first_s) AS gpu_first, sum(gpus * last_s) AS gpu_last,
           sum(nodes) AS nodes, sum(nodes * first_s) AS node_first, sum(nodes * last_s) AS node_last,
           count(*)::DOUBLE AS jobs, sum(first_s) AS job_first, sum(last_s) AS job_last,
           count(*) - count(cores) AS unknown
    FROM held
    GROUP BY machine, entity, first, last
), edge AS ( -- a stretch is what is summed until its last step, less what is until the step before its first
    SELECT h.machine, h.period, h.missing, w.entity, unnest([(h.begins - s.base) // s.step_s - 1,
           (h.ends - s.base - 1) // s.step_s]) AS step, unnest([-1, 1]) AS sign,
           unnest([h.is_first, h.is_last]) AS is_outer
    FROM (SELECT *, begins = min(begins) OVER p AS is_first, ends = max(ends) OVER p AS is_last
        FROM had WINDOW p AS (PARTITION BY machine, period)) h JOIN span s ON s.machine = h.machine
    JOIN (SELECT DISTINCT machine, entity FROM told UNION SELECT machine, NULL FROM span
        WHERE getvariable('entity') IS NULL) w ON w.machine = h.machine
), change AS ( -- what begins in a step holds the rest of it, and the next ones whole; what ends, no more
    SELECT machine, entity, first AS step, cores, core_first AS core_s, gpus, gpu_first AS gpu_s, nodes,
           node_first AS node_s, jobs, job_first AS job_s, unknown, 0 AS gone
    FROM told
    UNION ALL
    SELECT machine, entity, last, -cores, -core_last, -gpus, -gpu_last, -nodes, -node_last, -jobs, -job_last,
           0, unknown FROM told
    UNION ALL
    SELECT machine, entity, step, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM edge
), level AS (
    SELECT machine, entity, step, s.step_s * (step - lag(step, 1, step) OVER until) AS since_s,
           sum(cores) OVER until - cores AS cores, core_s,
           sum(gpus) OVER until - gpus AS gpus, gpu_s, sum(nodes) OVER until - nodes AS nodes, node_s,
           sum(jobs) OVER until - jobs AS jobs, job_s, unknown, gone
    FROM (
        SELECT machine, entity, step, sum(cores) AS cores, sum(core_s) AS core_s, sum(gpus) AS gpus,
               sum(gpu_s) AS gpu_s, sum(nodes) AS nodes,
               sum(node_s) AS node_s, sum(jobs) AS jobs, sum(job_s) AS job_s, sum(unknown) AS unknown, sum(gone) AS gone
        FROM change
        GROUP BY ALL)
    JOIN (SELECT machine, step_s FROM span) s USING (machine)
    WINDOW until AS (PARTITION BY machine, entity ORDER BY step)
), summed AS (
    SELECT machine, entity, step, sum(cores * since_s + core_s) OVER until AS core_s,
           sum(gpus * since_s + gpu_s) OVER until AS gpu_s,
           sum(nodes * since_s + node_s) OVER until AS node_s, sum(jobs * since_s + job_s) OVER until AS job_s,
           sum(unknown) OVER until AS unknown, sum(gone) OVER until AS gone
    FROM level
    WINDOW until AS (PARTITION BY machine, entity ORDER BY step)
), used AS ( -- a run that begins before the end of a period, and is not gone by its beginning, is in it
    SELECT e.machine, e.period, e.entity, sum(e.sign * s.core_s) AS core_s, sum(e.sign * s.gpu_s) AS gpu_s,
           sum(e.sign * s.node_s) AS node_s,
           sum(e.sign * s.core_s) FILTER (NOT e.missing) AS told_core_s,
           sum(e.sign * s.gpu_s) FILTER (NOT e.missing) AS told_gpu_s,
           sum(e.sign * s.node_s) FILTER (NOT e.missing) AS told_node_s, sum(e.sign * s.job_s) AS job_s,
           (sum(CASE WHEN e.sign > 0 THEN s.unknown ELSE -s.gone END) FILTER (e.is_outer))::BIGINT AS unknown
    FROM edge e JOIN summed s ON s.machine = e.machine AND s.entity IS NOT DISTINCT FROM e.entity AND s.step = e.step
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
