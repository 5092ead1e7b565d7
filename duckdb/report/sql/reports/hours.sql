-- Title: Hour by hour
-- Question: How much of the machine was in use, hour by hour?
-- Definition: What runs of jobs held, second by second, booked in the hours in which they held it; means over the
--   hour. Hours are whole hours of UTC. The logs' beginning and end cut the first and the last one. What still
--   runs counts until the logs end, or for its walltime, if it is known, where a log is missing since its last record.
-- Variables: since DATE, until DATE, entity VARCHAR
-- By: nothing, machine, user, account, facility, queue, queue_group
-- Chart: cores
-- Columns:
--   hour: when the hour began
--   cores: cores held, on average
--   gpus: GPUs held, on average
--   nodes: chunks (nodes) held, on average
--   jobs: jobs that ran, or were suspended, on average
--   core_hours [h]: cores held times time
WITH span AS (
    SELECT machine, min(begins) AS t0, max(ends) AS t1, min(begins) - min(begins) % 3600 AS base
    FROM report_days GROUP BY machine
), held AS (
    SELECT r.machine, r.entity, greatest(r.start_s, s.t0) - s.base AS start_s, least(r.end_s, s.t1) - s.base AS end_s,
           coalesce(r.ncpus, 0)::DOUBLE AS cores, coalesce(r.ngpus, 0)::DOUBLE AS gpus,
           coalesce(r.nodect, 0)::DOUBLE AS nodes
    FROM report_runs r JOIN span s ON s.machine = r.machine AND r.start_s < s.t1 AND r.end_s > s.t0
      AND r.end_time > r.start_time -- whole seconds
    -- what surely lies outside is not read
    WHERE (getvariable('since') IS NULL OR r.end_time >= (getvariable('since') - 2)::TIMESTAMPTZ)
      AND (getvariable('until') IS NULL OR r.start_time <= (getvariable('until') + 3)::TIMESTAMPTZ)
), told AS ( -- few hours hold the begin and the end of most runs
    SELECT machine, entity, first, last, sum(cores) AS cores, sum(cores * first_s) AS core_first,
           sum(cores * last_s) AS core_last,
           sum(gpus) AS gpus, sum(gpus * first_s) AS gpu_first, sum(gpus * last_s) AS gpu_last,
           sum(nodes) AS nodes, sum(nodes * first_s) AS node_first, sum(nodes * last_s) AS node_last,
           count(*)::DOUBLE AS jobs, sum(first_s) AS job_first, sum(last_s) AS job_last
    FROM (SELECT *, start_s // 3600 AS first, end_s // 3600 AS last,
                 (3600 - start_s % 3600)::DOUBLE AS first_s, (3600 - end_s % 3600)::DOUBLE AS last_s
          FROM held)
    GROUP BY machine, entity, first, last
), change AS ( -- what begins in an hour, or ends, holds the rest of it, and the next ones whole
    SELECT machine, entity, first AS hour, cores, core_first AS core_s, gpus, gpu_first AS gpu_s, nodes,
           node_first AS node_s, jobs, job_first AS job_s
    FROM told
    UNION ALL
    SELECT machine, entity, last, -cores, -core_last, -gpus, -gpu_last, -nodes, -node_last, -jobs, -job_last FROM told
    UNION ALL
    SELECT s.machine, w.entity, unnest(range(0, (s.t1 - s.base - 1) // 3600 + 1)), 0, 0, 0, 0, 0, 0, 0, 0
    FROM span s JOIN (SELECT DISTINCT machine, entity FROM told UNION SELECT machine, NULL FROM span
        WHERE getvariable('entity') IS NULL) w
      ON w.machine = s.machine
), hourly AS (
    SELECT machine, entity, hour, sum(cores) AS cores, sum(core_s) AS core_s, sum(gpus) AS gpus, sum(gpu_s) AS gpu_s,
           sum(nodes) AS nodes,
           sum(node_s) AS node_s, sum(jobs) AS jobs, sum(job_s) AS job_s
    FROM change
    GROUP BY ALL
), used AS (
    SELECT machine, entity, hour, 3600 * coalesce(sum(cores) OVER before, 0) + core_s AS core_s,
           3600 * coalesce(sum(gpus) OVER before, 0) + gpu_s AS gpu_s,
           3600 * coalesce(sum(nodes) OVER before, 0) + node_s AS node_s,
           3600 * coalesce(sum(jobs) OVER before, 0) + job_s AS job_s
    FROM hourly
    WINDOW before AS (PARTITION BY machine, entity ORDER BY hour ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), timed AS (
    SELECT u.*, s.base + u.hour * 3600 AS begins, greatest(s.t0, s.base + u.hour * 3600) AS t0,
           least(s.t1, s.base + u.hour * 3600 + 3600) AS t1
    FROM used u JOIN span s ON s.machine = u.machine
)
SELECT machine, make_timestamptz(begins * 1_000_000) AS hour, entity, core_s / (t1 - t0) AS cores,
       gpu_s / (t1 - t0) AS gpus, node_s / (t1 - t0) AS nodes, job_s / (t1 - t0) AS jobs, core_s / 3600 AS core_hours
FROM timed
WHERE t1 > t0 AND (job_s > 0 OR getvariable('entity') IS NULL)
ORDER BY ALL
