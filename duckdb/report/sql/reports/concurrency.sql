-- Title: Concurrency
-- Question: How much was in use at once, at most?
-- Definition: The most that runs held at one instant: of all instants where the days that are asked for are at most 40, and otherwise of the
--   quarters of an hour. What still runs counts until the logs end.
-- Variables: since DATE, until DATE, period VARCHAR
-- By: day, week, month, quarter, year
-- Chart: peak_cores
-- Columns:
--   period: first local day of the period
--   peak_jobs: most jobs that ran at once
--   peak_cores: most cores held at once
--   peak_gpus: most GPUs held at once
--   peak_nodes: most chunks (nodes) held at once
--   capacity_cores: cores that the machine had, at least, on the days. NULL: no capacity is configured
--   step_s [s]: how far apart the instants are that were looked at; 1: all
WITH span AS (
    SELECT machine, min(begins) AS t0, max(ends) AS t1, min(begins) - min(begins) % 900 AS base FROM report_days GROUP BY machine
), period AS (
    SELECT d.machine, d.period, min(d.begins) - s.base AS begins, max(d.ends) - s.base AS ends, min(c.ncpus) AS capacity_cores,
           CASE WHEN s.t1 - s.t0 <= 3_456_000 THEN 1 ELSE 900 END AS step_s
    FROM report_days d JOIN span s ON s.machine = d.machine LEFT JOIN capacity c
      ON c.machine = d.machine AND d.day >= coalesce(c.from_date, d.day) AND d.day <= coalesce(c.until_date, d.day)
    GROUP BY d.machine, d.period, s.base, s.t0, s.t1
), held AS (
    SELECT r.machine, greatest(r.start_s, s.t0) - s.base AS start_s, least(r.end_s, s.t1) - s.base AS end_s, p.step_s,
           coalesce(r.ncpus, 0)::DOUBLE AS cores, coalesce(r.ngpus, 0)::DOUBLE AS gpus, coalesce(r.nodect, 0)::DOUBLE AS nodes
    FROM report_runs r JOIN span s ON s.machine = r.machine AND r.start_s < s.t1 AND r.end_s > s.t0
    JOIN (SELECT DISTINCT machine, step_s FROM period) p ON p.machine = r.machine
    WHERE r.end_time >= coalesce(getvariable('since') - 2, DATE '1000-01-01')::TIMESTAMPTZ -- what surely lies outside is not read
      AND r.start_time <= coalesce(getvariable('until') + 3, DATE '9000-01-01')::TIMESTAMPTZ
), change AS ( -- at the step behind it, so that what begins and ends between two is not seen; what is there at an edge is carried over it
    SELECT machine, (start_s + step_s - 1) // step_s * step_s AS instant, sum(cores) AS cores, sum(gpus) AS gpus, sum(nodes) AS nodes, count(*)::DOUBLE AS jobs, NULL AS begins
    FROM held
    GROUP BY ALL
    UNION ALL
    SELECT machine, (end_s + step_s - 1) // step_s * step_s, -sum(cores), -sum(gpus), -sum(nodes), -count(*)::DOUBLE, NULL
    FROM held
    GROUP BY ALL
    UNION ALL
    SELECT machine, begins, 0, 0, 0, 0, begins FROM period
), level AS (
    SELECT machine, instant, sum(cores) OVER until AS cores, sum(gpus) OVER until AS gpus, sum(nodes) OVER until AS nodes, sum(jobs) OVER until AS jobs,
           last_value(begins IGNORE NULLS) OVER until AS begins
    FROM (
        SELECT machine, instant, sum(cores) AS cores, sum(gpus) AS gpus, sum(nodes) AS nodes, sum(jobs) AS jobs, max(begins) AS begins
        FROM change
        GROUP BY ALL)
    WINDOW until AS (PARTITION BY machine ORDER BY instant)
)
SELECT p.machine, p.period, NULL::VARCHAR AS entity, max(l.jobs)::BIGINT AS peak_jobs, max(l.cores) AS peak_cores, max(l.gpus) AS peak_gpus,
       max(l.nodes) AS peak_nodes, any_value(p.capacity_cores) AS capacity_cores, any_value(p.step_s) AS step_s
FROM level l JOIN period p ON p.machine = l.machine AND p.begins = l.begins
WHERE l.instant < p.ends
GROUP BY p.machine, p.period
ORDER BY ALL
