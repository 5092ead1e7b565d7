-- Which runs do reports look at, and whose are they by the session's variable? What still runs does so until the logs
-- end. Where a log is missing since the last that is known of it, it may have ended in there: then it runs for its
-- walltime, if that is known.
-- Variables: entity VARCHAR
SELECT r.id, r.machine, r.job_id, r.submit_time,
       CASE getvariable('entity')::VARCHAR
           WHEN 'machine' THEN r.machine
           WHEN 'user' THEN r.user_name
           WHEN 'account' THEN r.account
           WHEN 'facility' THEN facility_of(r.account)
           WHEN 'queue' THEN r.queue
           WHEN 'queue_group' THEN queue_group_of(r.queue)
       END AS entity,
       r.kind, r.start_time, r.end_time, r.start_s, r.end_s, r.ncpus, r.ngpus, r.nodect, r.ends_run
FROM (
    SELECT id, machine, job_id, submit_time, user_name, account, queue, kind, start_time, end_time,
           epoch_us(start_time) // 1_000_000 AS start_s, epoch_us(end_time) // 1_000_000 AS end_s,
           ncpus, ngpus, nodect, coalesce(ended NOT IN ('released', 'pruned', 'suspended', 'resumed'), true) AS ends_run
    FROM job_runs
    UNION ALL
    SELECT NULL, u.machine, u.job_id, u.submit_time, u.user_name, u.account, u.queue, 'running', u.start_time,
           make_timestamptz(u.end_s * 1_000_000), epoch_us(u.start_time) // 1_000_000, u.end_s,
           u.ncpus, u.ngpus, u.nodect, u.end_time IS NULL
    FROM (
        SELECT u.*,
               least(epoch_us(coalesce(u.end_time, m.last_time)) // 1_000_000,
                   CASE WHEN (max(u.start_time) OVER (PARTITION BY u.machine, u.job_id) AT TIME ZONE m.time_zone)::DATE
                               <= d.last_missing AND u.walltime_requested_s > 0
                       THEN epoch_us(u.run_start_time) // 1_000_000 + least(u.walltime_requested_s, 4_000_000_000)
                   END) AS end_s
        FROM unfinished_phases u JOIN machines m ON m.machine = u.machine
        LEFT JOIN (SELECT machine, max(day) AS last_missing FROM report_log_days WHERE is_missing GROUP BY machine) d
          ON d.machine = u.machine
        WHERE u.start_time IS NOT NULL) u
) r
WHERE r.end_time >= r.start_time
