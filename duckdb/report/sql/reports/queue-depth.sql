-- Title: Queue depth
-- Question: How much waited?
-- Definition: Jobs wait from submission to start, held and dependent ones among them, but not while an earlier run
--   lasted; those that wait when the logs end do so until then. Means are exact; peaks are those at the quarters of an
--   hour, and when the logs begin. Jobs whose submission or start is not known, and those that were deleted before they
--   ran, or moved to another server, are left out.
-- Variables: since DATE, until DATE, period VARCHAR
-- By: day, week, month, quarter, year
-- Chart: mean_jobs
-- Columns:
--   period: first local day of the period
--   hours [h]: length of the period, as far as the logs tell of it
--   mean_jobs: jobs that waited, on average
--   peak_jobs: most jobs that waited at a quarter of an hour
--   mean_cores: cores that they asked for, on average
--   peak_cores: most cores that were waited for at a quarter of an hour
--   waited_core_hours [h]: cores asked for times time waited
WITH told_time AS (
    SELECT machine, min(begins) AS t0, max(ends) AS t1, min(begins) - min(begins) % 900 AS quarter_s
    FROM report_days GROUP BY machine
), span AS ( -- the quarters of all machines stand in a row, so that a job needs no name
    SELECT machine, t0, t1, quarter_s - 900 * coalesce(sum((t1 - quarter_s + 899) // 900 + 1) OVER (ORDER BY machine
           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::BIGINT AS base
    FROM told_time
), slot AS (
    SELECT machine, unnest(range((t0 - base) // 900, (t1 - base + 899) // 900 + 1)) AS quarter FROM span
), period AS (
    SELECT d.machine, d.period, min(d.begins) - s.base AS begins, max(d.ends) - s.base AS ends
    FROM report_days d JOIN span s ON s.machine = d.machine
    GROUP BY d.machine, d.period, s.base
), open AS (
    SELECT u.machine, u.job_id, u.submit_time, epoch_us(u.submit_time) // 1_000_000 AS start_s,
           epoch_us(coalesce(u.start_time, m.last_time)) // 1_000_000 AS end_s, coalesce(u.ncpus, 0)::DOUBLE AS cores
    FROM unfinished_jobs u JOIN machines m ON m.machine = u.machine
), again AS ( -- those of them that have an E record: few, so that they are looked for among all jobs by themselves
    SELECT o.machine, o.job_id, o.submit_time, epoch_us(j.end_time) // 1_000_000 AS end_s
    FROM open o JOIN jobs j ON j.machine = o.machine AND j.job_id = o.job_id AND j.submit_time = o.submit_time
), unfinished AS ( -- who was requeued behind an E record waits from then on: how long before, the job's row says
    SELECT o.machine, o.job_id, o.submit_time, greatest(o.start_s, a.end_s) AS start_s, o.end_s, o.cores
    FROM open o LEFT JOIN again a
      ON a.machine = o.machine AND a.job_id = o.job_id AND a.submit_time = o.submit_time
), waiting AS (
    SELECT machine, epoch_us(submit_time) // 1_000_000 AS start_s, epoch_us(start_time) // 1_000_000 AS end_s,
           coalesce(ncpus, 0)::DOUBLE AS cores,
           1::DOUBLE AS sign
    FROM report_jobs
    -- whole seconds; what surely lies outside is not read
    WHERE start_time > submit_time
      AND (getvariable('since') IS NULL OR start_time >= (getvariable('since') - 2)::TIMESTAMPTZ)
      AND (getvariable('until') IS NULL OR submit_time <= (getvariable('until') + 3)::TIMESTAMPTZ)
    UNION ALL
    SELECT machine, start_s, end_s, cores, 1 FROM unfinished WHERE end_s > start_s
    UNION ALL -- while an earlier run lasted, the job did not wait
    SELECT machine, start_s, end_s, cores, -1
    FROM (
        SELECT r.machine, greatest(epoch_us(r.start_time), epoch_us(r.submit_time)) // 1_000_000 AS start_s,
               least(epoch_us(r.end_time), epoch_us(j.start_time)) // 1_000_000 AS end_s,
               -coalesce(j.ncpus, 0)::DOUBLE AS cores
        FROM told_runs r JOIN report_jobs j ON j.id = r.id
        WHERE r.kind <> 'last' AND j.start_time IS NOT NULL
        UNION ALL
        SELECT r.machine, greatest(epoch_us(r.start_time) // 1_000_000, u.start_s),
               least(epoch_us(r.end_time) // 1_000_000, u.end_s), -u.cores
        FROM told_runs r JOIN unfinished u ON u.machine = r.machine AND u.job_id = r.job_id
            AND u.submit_time = r.submit_time
        WHERE r.kind <> 'last')
    WHERE end_s > start_s
), held AS ( -- from a quarter of an hour to a quarter, those behind it
    SELECT (start_s + 899) // 900 AS first, (end_s + 899) // 900 AS last, first * 900 - start_s AS first_s,
           last * 900 - end_s AS last_s, is_early, cores, sign
    FROM (
        SELECT greatest(w.start_s, s.t0) - s.base AS start_s, least(w.end_s, s.t1) - s.base AS end_s,
               w.start_s <= s.t0 AS is_early, w.cores, w.sign
        FROM waiting w JOIN span s ON s.machine = w.machine AND w.start_s < s.t1 AND w.end_s > s.t0)
), told AS (
    SELECT first, last, is_early, sum(cores) AS cores, sum(cores * first_s) AS core_first,
           sum(cores * last_s) AS core_last,
           sum(sign) AS jobs, sum(sign * first_s) AS job_first, sum(sign * last_s) AS job_last
    FROM held
    GROUP BY ALL
), edge AS (
    SELECT machine, period, unnest([begins // 900, (ends + 899) // 900]) AS quarter, unnest([-1, 1]) AS sign,
           unnest([begins, NULL]) AS begins FROM period
), change AS ( -- what begins in a quarter waits for the rest of it, and the next ones whole; what ends, no more
    SELECT first AS quarter, cores, core_first AS core_s, jobs, job_first AS job_s FROM told
    UNION ALL
    SELECT last, -cores, -core_last, -jobs, -job_last FROM told
    UNION ALL
    SELECT quarter, 0, 0, 0, 0 FROM edge
), quarterly AS (
    SELECT machine, quarter, 900 * (quarter - lag(quarter, 1, quarter) OVER until) AS since_s, cores AS more_cores,
           jobs AS more_jobs,
           sum(cores) OVER until AS cores, core_s, sum(jobs) OVER until AS jobs, job_s
    FROM (
        SELECT s.machine, c.*
        FROM (SELECT quarter, sum(cores) AS cores, sum(core_s) AS core_s, sum(jobs) AS jobs, sum(job_s) AS job_s
            FROM change GROUP BY quarter) c
        JOIN slot s ON s.quarter = c.quarter)
    WINDOW until AS (PARTITION BY machine ORDER BY quarter)
), summed AS (
    SELECT machine, quarter, cores, sum((cores - more_cores) * since_s + core_s) OVER until AS core_s,
           jobs, sum((jobs - more_jobs) * since_s + job_s) OVER until AS job_s
    FROM quarterly
    WINDOW until AS (PARTITION BY machine ORDER BY quarter)
), waited AS (
    SELECT e.machine, e.period, sum(e.sign * s.core_s) AS core_s, sum(e.sign * s.job_s) AS job_s
    FROM edge e JOIN summed s ON s.machine = e.machine AND s.quarter = e.quarter
    GROUP BY ALL
), level AS ( -- at the ends of quarters, and at the beginnings of periods
    SELECT machine, instant, jobs, cores, max(begins) OVER (PARTITION BY machine
           ORDER BY instant, begins NULLS LAST) AS begins
    FROM (
        SELECT machine, quarter * 900 AS instant, cores, jobs, NULL AS begins FROM summed
        UNION ALL
        SELECT e.machine, e.begins, s.cores, s.jobs, e.begins
        FROM edge e JOIN summed s ON s.machine = e.machine AND s.quarter = e.quarter
        WHERE e.sign < 0
        UNION ALL -- what waits already when the logs begin
        SELECT s.machine, s.t0 - s.base, sum(t.cores), sum(t.jobs), s.t0 - s.base
        FROM told t JOIN span s ON (s.t0 - s.base + 899) // 900 = t.first
        WHERE t.is_early
        GROUP BY ALL)
), peak AS (
    SELECT p.machine, p.period, max(l.jobs)::BIGINT AS jobs, max(l.cores) AS cores
    FROM level l JOIN period p ON p.machine = l.machine AND p.begins = l.begins
    WHERE l.instant < p.ends
    GROUP BY ALL
)
SELECT w.machine, w.period, NULL::VARCHAR AS entity, (p.ends - p.begins) / 3600 AS hours,
       w.job_s / (p.ends - p.begins) AS mean_jobs, k.jobs AS peak_jobs,
       w.core_s / (p.ends - p.begins) AS mean_cores, k.cores AS peak_cores, w.core_s / 3600 AS waited_core_hours
FROM waited w
JOIN period p ON p.machine = w.machine AND p.period IS NOT DISTINCT FROM w.period
LEFT JOIN peak k ON k.machine = w.machine AND k.period IS NOT DISTINCT FROM w.period
ORDER BY ALL
