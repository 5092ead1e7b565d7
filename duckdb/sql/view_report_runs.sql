-- Which runs do reports look at, and whose are they by the session's variable?
-- Variables: entity VARCHAR
SELECT r.id, r.machine,
       CASE getvariable('entity')
           WHEN 'machine' THEN r.machine
           WHEN 'user' THEN r.user_name
           WHEN 'account' THEN r.account
           WHEN 'facility' THEN facility_of(r.account)
           WHEN 'queue' THEN r.queue
           WHEN 'queue_group' THEN queue_group_of(r.queue)
       END AS entity,
       r.kind, epoch_us(r.start_time) // 1_000_000 AS start_s, epoch_us(r.end_time) // 1_000_000 AS end_s,
       r.ncpus, r.ngpus, r.nodect
FROM job_runs r
WHERE r.end_time > r.start_time
