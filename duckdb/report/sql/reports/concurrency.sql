-- Title: Concurrency
-- Question: How much was in use at once, at most?
-- Definition: What runs held at each instant: means are exact; peaks are exact where the days that are asked for are at most 40, and otherwise
--   those at the quarters of an hour. What still runs counts until the logs end.
-- Variables: since DATE, until DATE, period VARCHAR
-- By: day, week, month, quarter, year
-- Columns:
--   period: first local day of the period
--   peak_jobs: most jobs that ran at once
--   peak_cores: most cores held at once
--   peak_gpus: most GPUs held at once
--   peak_nodes: most chunks (nodes) held at once
--   capacity_cores: cores that the machine had, at least, on the days. NULL: no capacity is configured
--   step_s [s]: how far apart the instants are that were looked at; 1: all
WITH span AS (
    SELECT machine, time_zone, t0, t1, t0 - t0 % 900 AS base
    FROM (
        SELECT machine, time_zone,
               greatest(epoch_us(first_time), coalesce(epoch_us(getvariable('since')::TIMESTAMP AT TIME ZONE time_zone), 0)) // 1_000_000 AS t0,
               least(epoch_us(last_time), coalesce(epoch_us((getvariable('until') + 1)::TIMESTAMP AT TIME ZONE time_zone),
                                                   epoch_us(last_time))) // 1_000_000 AS t1
        FROM machines)
    WHERE t1 > t0
), days AS (
    SELECT *, unnest(generate_series((make_timestamptz(t0 * 1_000_000) AT TIME ZONE time_zone)::DATE,
                                     (make_timestamptz(t1 * 1_000_000 - 1) AT TIME ZONE time_zone)::DATE, INTERVAL 1 DAY))::DATE AS day
    FROM span
), calendar AS (
    SELECT *, CASE getvariable('period')
                  WHEN 'day' THEN day
                  WHEN 'week' THEN date_trunc('week', day)::DATE
                  WHEN 'month' THEN date_trunc('month', day)::DATE
                  WHEN 'quarter' THEN date_trunc('quarter', day)::DATE
                  WHEN 'year' THEN date_trunc('year', day)::DATE
              END AS period,
           greatest(t0, epoch_us(day::TIMESTAMP AT TIME ZONE time_zone) // 1_000_000) AS begins,
           least(t1, epoch_us((day + 1)::TIMESTAMP AT TIME ZONE time_zone) // 1_000_000) AS ends
    FROM days
), period AS (
    SELECT d.machine, d.period, d.base, min(d.begins) - d.base AS begins, max(d.ends) - d.base AS ends, min(c.ncpus) AS capacity_cores,
           CASE WHEN any_value(d.t1 - d.t0) <= 3_456_000 THEN 1 ELSE 900 END AS step_s
    FROM calendar d LEFT JOIN capacity c
      ON c.machine = d.machine AND d.day >= coalesce(c.from_date, d.day) AND d.day <= coalesce(c.until_date, d.day)
    GROUP BY d.machine, d.period, d.base
), held AS (
    SELECT r.machine, greatest(r.start_s, s.t0) - s.base AS start_s, least(r.end_s, s.t1) - s.base AS end_s, p.step_s,
           coalesce(r.ncpus, 0)::DOUBLE AS cores, coalesce(r.ngpus, 0)::DOUBLE AS gpus, coalesce(r.nodect, 0)::DOUBLE AS nodes
    FROM report_runs r JOIN span s ON s.machine = r.machine AND r.start_s < s.t1 AND r.end_s > s.t0
    JOIN (SELECT DISTINCT machine, step_s FROM period) p ON p.machine = r.machine
), change AS ( -- at the step behind it, so that what begins and ends between two is not seen; what is there at an edge is carried over it
    SELECT machine, (start_s + step_s - 1) // step_s * step_s AS instant, sum(cores) AS cores, sum(gpus) AS gpus, sum(nodes) AS nodes, count(*)::DOUBLE AS jobs
    FROM held
    GROUP BY ALL
    UNION ALL
    SELECT machine, (end_s + step_s - 1) // step_s * step_s, -sum(cores), -sum(gpus), -sum(nodes), -count(*)::DOUBLE
    FROM held
    GROUP BY ALL
    UNION ALL
    SELECT machine, begins, 0, 0, 0, 0 FROM period
), level AS (
    SELECT machine, instant, sum(cores) OVER until AS cores, sum(gpus) OVER until AS gpus, sum(nodes) OVER until AS nodes, sum(jobs) OVER until AS jobs
    FROM (SELECT machine, instant, sum(cores) AS cores, sum(gpus) AS gpus, sum(nodes) AS nodes, sum(jobs) AS jobs FROM change GROUP BY ALL)
    WINDOW until AS (PARTITION BY machine ORDER BY instant)
)
SELECT p.machine, p.period, NULL::VARCHAR AS entity, max(l.jobs)::BIGINT AS peak_jobs, max(l.cores)::BIGINT AS peak_cores, max(l.gpus)::BIGINT AS peak_gpus,
       max(l.nodes)::BIGINT AS peak_nodes, any_value(p.capacity_cores) AS capacity_cores, any_value(p.step_s) AS step_s
FROM level l ASOF JOIN period p ON p.machine = l.machine AND l.instant >= p.begins
WHERE l.instant < p.ends
GROUP BY p.machine, p.period
ORDER BY ALL
