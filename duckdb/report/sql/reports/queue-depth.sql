-- Title: Queue depth
-- Question: How much waited?
-- Definition: Jobs wait from submission to start, held and dependent ones among them; those that wait when the logs end do so until then. Means are
--   exact; peaks are those at the quarters of an hour. Jobs whose submission or start is not known are left out.
-- Variables: since DATE, until DATE, period VARCHAR
-- By: day, week, month, quarter, year
-- Columns:
--   period: first local day of the period
--   mean_jobs: jobs that waited, on average
--   peak_jobs: most jobs that waited at once
--   mean_cores: cores that they asked for, on average
--   peak_cores: most cores that were waited for at once
--   waited_core_hours [h]: cores asked for times time waited
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
    SELECT machine, period, base, min(begins) - base AS begins, max(ends) - base AS ends FROM calendar GROUP BY machine, period, base
), waiting AS (
    SELECT machine, epoch_us(submit_time) // 1_000_000 AS start_s, epoch_us(start_time) // 1_000_000 AS end_s, ncpus
    FROM report_jobs
    UNION ALL
    SELECT u.machine, epoch_us(u.submit_time) // 1_000_000, epoch_us(coalesce(u.start_time, m.last_time)) // 1_000_000, u.ncpus
    FROM unfinished_jobs u JOIN machines m ON m.machine = u.machine
), held AS (
    SELECT w.machine, greatest(w.start_s, s.t0) - s.base AS start_s, least(w.end_s, s.t1) - s.base AS end_s, coalesce(w.ncpus, 0)::DOUBLE AS cores
    FROM waiting w JOIN span s ON s.machine = w.machine AND w.start_s < s.t1 AND w.end_s > s.t0
    WHERE w.end_s > w.start_s
), change AS ( -- by quarters of an hour, on whose edges local days begin
    SELECT machine, start_s // 900 AS quarter, sum(cores) AS cores, sum(cores * start_s) AS core_s, count(*)::DOUBLE AS jobs, sum(start_s)::DOUBLE AS job_s
    FROM held
    GROUP BY ALL
    UNION ALL
    SELECT machine, end_s // 900, -sum(cores), -sum(cores * end_s), -count(*)::DOUBLE, -sum(end_s)::DOUBLE
    FROM held
    GROUP BY ALL
), summed AS ( -- until t the jobs that wait there times t, less what they began and ended at, is how long they waited
    SELECT machine, quarter, sum(cores) OVER until AS cores, sum(core_s) OVER until AS core_s, sum(jobs) OVER until AS jobs, sum(job_s) OVER until AS job_s
    FROM (SELECT machine, quarter, sum(cores) AS cores, sum(core_s) AS core_s, sum(jobs) AS jobs, sum(job_s) AS job_s FROM change GROUP BY ALL)
    WINDOW until AS (PARTITION BY machine ORDER BY quarter)
), edge AS (
    SELECT machine, period, unnest([begins // 900, (ends + 899) // 900]) AS quarter, unnest([-1, 1]) AS sign FROM period
), waited AS (
    SELECT e.machine, e.period, coalesce(sum(e.sign * (s.cores * e.quarter * 900 - s.core_s)), 0) AS core_s,
           coalesce(sum(e.sign * (s.jobs * e.quarter * 900 - s.job_s)), 0) AS job_s
    FROM edge e ASOF LEFT JOIN summed s ON s.machine = e.machine AND s.quarter < e.quarter
    GROUP BY ALL
), level AS ( -- at the ends of quarters, and at the beginnings of periods
    SELECT machine, (quarter + 1) * 900 AS instant, cores, jobs FROM summed
    UNION ALL
    SELECT p.machine, p.begins, coalesce(s.cores, 0), coalesce(s.jobs, 0)
    FROM period p ASOF LEFT JOIN summed s ON s.machine = p.machine AND s.quarter < p.begins // 900
), peak AS (
    SELECT p.machine, p.period, max(l.jobs)::BIGINT AS jobs, max(l.cores)::BIGINT AS cores
    FROM level l ASOF JOIN period p ON p.machine = l.machine AND l.instant >= p.begins
    WHERE l.instant < p.ends
    GROUP BY ALL
)
SELECT w.machine, w.period, NULL::VARCHAR AS entity, w.job_s / (p.ends - p.begins) AS mean_jobs, k.jobs AS peak_jobs,
       w.core_s / (p.ends - p.begins) AS mean_cores, k.cores AS peak_cores, w.core_s / 3600 AS waited_core_hours
FROM waited w
JOIN period p ON p.machine = w.machine AND p.period IS NOT DISTINCT FROM w.period
LEFT JOIN peak k ON k.machine = w.machine AND k.period IS NOT DISTINCT FROM w.period
ORDER BY ALL
