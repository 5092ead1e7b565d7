-- Which runs do reports look at, and whose are they by the session's variable? What still runs does so until the logs
-- end.
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
           ncpus, ngpus, nodect, coalesce(ended NOT IN ('released', 'pruned'), true) AS ends_run
    FROM job_runs
    UNION ALL
    SELECT NULL, u.machine, u.job_id, u.submit_time, u.user_name, u.account, u.queue, 'running', u.start_time,
           m.last_time, epoch_us(u.start_time) // 1_000_000, epoch_us(m.last_time) // 1_000_000,
           u.ncpus, u.ngpus, u.nodect, true
    FROM unfinished_jobs u JOIN machines m ON m.machine = u.machine
    WHERE u.state = 'running'
) r
WHERE r.end_s > r.start_s
