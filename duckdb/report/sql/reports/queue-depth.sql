-- Title: Queue depth
-- Question: How much waited?
-- Definition: Jobs wait from submission to start, held and dependent ones among them, but not while an earlier run lasted; those that wait when the
--   logs end do so until then. Means are exact; peaks are those at the quarters of an hour. Jobs whose submission or start is not known, and those that
--   were deleted before they ran, are left out.
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
    SELECT machine, min(begins) AS t0, max(ends) AS t1, min(begins) - min(begins) % 900 AS base FROM report_days GROUP BY machine
), period AS (
    SELECT d.machine, d.period, min(d.begins) - s.base AS begins, max(d.ends) - s.base AS ends
    FROM report_days d JOIN span s ON s.machine = d.machine
    GROUP BY d.machine, d.period, s.base
), waiting AS (
    SELECT machine, job_id, submit_time, epoch_us(submit_time) // 1_000_000 AS start_s, epoch_us(start_time) // 1_000_000 AS end_s, coalesce(ncpus, 0)::DOUBLE AS cores
    FROM report_jobs
    UNION ALL
    SELECT u.machine, u.job_id, u.submit_time, epoch_us(u.submit_time) // 1_000_000, epoch_us(coalesce(u.start_time, m.last_time)) // 1_000_000,
           coalesce(u.ncpus, 0)::DOUBLE
    FROM unfinished_jobs u JOIN machines m ON m.machine = u.machine
), held AS (
    SELECT w.machine, greatest(w.start_s, s.t0) - s.base AS start_s, least(w.end_s, s.t1) - s.base AS end_s, w.cores, w.sign
    FROM (
        SELECT machine, start_s, end_s, cores, 1::DOUBLE AS sign FROM waiting
        UNION ALL -- while an earlier run lasted, the job did not wait
        SELECT w.machine, epoch_us(r.start_time) // 1_000_000, least(epoch_us(r.end_time) // 1_000_000, w.end_s), -w.cores, -1
        FROM waiting w JOIN told_runs r ON r.machine = w.machine AND r.job_id = w.job_id AND r.submit_time = w.submit_time
        WHERE r.kind <> 'last') w
    JOIN span s ON s.machine = w.machine AND w.start_s < s.t1 AND w.end_s > s.t0
    WHERE w.end_s > w.start_s
), change AS ( -- by the quarters of an hour that they are in at their ends, on which local days begin
    SELECT machine, (start_s + 899) // 900 AS quarter, sum(cores) AS cores, sum(cores * start_s) AS core_s, sum(sign) AS jobs, sum(sign * start_s) AS job_s
    FROM held
    GROUP BY ALL
    UNION ALL
    SELECT machine, (end_s + 899) // 900, -sum(cores), -sum(cores * end_s), -sum(sign), -sum(sign * end_s)
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
    FROM edge e ASOF LEFT JOIN summed s ON s.machine = e.machine AND s.quarter <= e.quarter
    GROUP BY ALL
), level AS ( -- at the ends of quarters, and at the beginnings of periods
    SELECT machine, quarter * 900 AS instant, cores, jobs FROM summed
    UNION ALL
    SELECT p.machine, p.begins, coalesce(s.cores, 0), coalesce(s.jobs, 0)
    FROM period p ASOF LEFT JOIN summed s ON s.machine = p.machine AND s.quarter <= p.begins // 900
), peak AS (
    SELECT p.machine, p.period, max(l.jobs)::BIGINT AS jobs, max(l.cores) AS cores
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
