-- Title: Concurrency
-- Question: How much was in use at once, at most?
-- Definition: The most that runs held at one instant: of all instants where the days that are asked for are at most 40,
--   and otherwise of the quarters of an hour. What still runs counts until the logs end, or for its walltime, if
--   it is known, where a log is missing since its last record.
-- Variables: since DATE, until DATE, period VARCHAR
-- By: day, week, month, quarter, year
-- Chart: peak_cores
-- Columns:
--   period: first local day of the period
--   peak_jobs: most jobs that ran, or were suspended, at once
--   peak_cores: most cores held at once
--   peak_gpus: most GPUs held at once
--   peak_nodes: most chunks (nodes) held at once
--   capacity_cores: cores that the machine had, at least, on the days. NULL: no capacity is configured
--   step_s [s]: how far apart the instants are that were looked at; 1: all
WITH span AS (
    SELECT machine, t0, t1, t0 - t0 % 900 AS base, CASE WHEN t1 - t0 <= 3_456_000 THEN 1 ELSE 900 END AS step_s,
           (t0 + step_s - 1) // step_s * step_s AS early
    FROM (SELECT machine, min(begins) AS t0, max(ends) AS t1 FROM report_days GROUP BY machine)
), period AS (
    SELECT d.machine, d.period, min(d.begins) - s.base AS begins, max(d.ends) - s.base AS ends,
           min(c.ncpus) AS capacity_cores, s.step_s
    FROM report_days d JOIN span s ON s.machine = d.machine LEFT JOIN capacity c
      ON c.machine = d.machine AND d.day >= coalesce(c.from_date, d.day) AND d.day <= coalesce(c.until_date, d.day)
    GROUP BY d.machine, d.period, s.base, s.step_s
), told AS ( -- at the steps behind them, so that what begins and ends between two is not seen: it adds up to nothing
    SELECT machine, first, last, sum(cores) AS cores, sum(gpus) AS gpus, sum(nodes) AS nodes, count(*)::DOUBLE AS jobs
    FROM (
        SELECT r.machine, CASE WHEN s.step_s = 1 THEN r.start_s ELSE (r.start_s + 899) // 900 * 900 END AS first,
               CASE WHEN s.step_s = 1 THEN r.end_s ELSE (r.end_s + 899) // 900 * 900 END AS last,
               r.ncpus::DOUBLE AS cores, r.ngpus::DOUBLE AS gpus, r.nodect::DOUBLE AS nodes
        FROM report_runs r JOIN span s ON s.machine = r.machine
        WHERE r.end_s > r.start_s
          -- what surely lies outside is not read
          AND (getvariable('since') IS NULL OR r.end_time >= (getvariable('since') - 2)::TIMESTAMPTZ)
          AND (getvariable('until') IS NULL OR r.start_time <= (getvariable('until') + 3)::TIMESTAMPTZ))
    GROUP BY GROUPING SETS ((machine, first), (machine, last))
), change AS ( -- what is outside of the span changes at its edges; what is there at that of a period is carried over it
    SELECT t.machine, greatest(least(coalesce(t.first, t.last), s.t1 + s.step_s), s.early) - s.base AS instant,
           CASE WHEN t.first IS NULL THEN -1 ELSE 1 END AS sign, sign * coalesce(t.cores, 0) AS cores,
           sign * coalesce(t.gpus, 0) AS gpus, sign * coalesce(t.nodes, 0) AS nodes, sign * t.jobs AS jobs,
           NULL AS begins
    FROM told t JOIN span s ON s.machine = t.machine
    UNION ALL
    SELECT machine, begins, 0, 0, 0, 0, 0, begins FROM period
), level AS (
    SELECT machine, instant, sum(cores) OVER until AS cores, sum(gpus) OVER until AS gpus,
           sum(nodes) OVER until AS nodes, sum(jobs) OVER until AS jobs,
           max(begins) OVER until AS begins
    FROM (
        SELECT machine, instant, sum(cores) AS cores, sum(gpus) AS gpus, sum(nodes) AS nodes, sum(jobs) AS jobs,
               max(begins) AS begins
        FROM change
        GROUP BY ALL)
    WINDOW until AS (PARTITION BY machine ORDER BY instant)
)
SELECT p.machine, p.period, NULL::VARCHAR AS entity, max(l.jobs)::BIGINT AS peak_jobs, max(l.cores) AS peak_cores,
       max(l.gpus) AS peak_gpus,
       max(l.nodes) AS peak_nodes, any_value(p.capacity_cores) AS capacity_cores, any_value(p.step_s) AS step_s
FROM level l JOIN period p ON p.machine = l.machine AND p.begins = l.begins
WHERE l.instant < p.ends
GROUP BY p.machine, p.period
ORDER BY ALL
