-- Which jobs run or wait at the end of what the logs tell? Those of the last 40 days before it whose latest record says so, and which
-- have no E record from then on.
WITH since AS (
    SELECT machine, make_timestamptz(epoch_us(last_time) - 3_456_000_000_000) AS time FROM machines
), begun AS ( -- most of these have ended, so that the rest is asked of few
    SELECT e.machine, e.object_id AS job_id, e.time
    FROM events e JOIN since s ON s.machine = e.machine AND e.time >= s.time
    WHERE list_contains(['Q', 'S'], e.type) AND e.time >= (SELECT min(time) FROM since) AND NOT contains(e.object_id, '[]')
), ended AS (
    SELECT machine, job_id, end_time FROM outcomes WHERE end_time >= (SELECT min(time) FROM since)
), open AS (
    SELECT DISTINCT b.machine, b.job_id FROM begun b ANTI JOIN ended e ON e.machine = b.machine AND e.job_id = b.job_id AND e.end_time >= b.time
), told AS (
    SELECT e.*, coalesce(e.start_time, e.time) AS began, row_number() OVER (PARTITION BY e.machine, e.object_id ORDER BY e.time DESC, e.type DESC, e.record_hash) AS rank
    FROM events e SEMI JOIN open o ON o.machine = e.machine AND o.job_id = e.object_id
    WHERE list_contains(['Q', 'S', 'T', 'R', 'C', 'D', 'A', 'K', 'k', 'L'], e.type) AND e.time >= (SELECT min(time) FROM since)
), latest AS (
    SELECT machine, object_id AS job_id, max(short_id) AS short_id, arg_min(type, rank) AS last_type, max(time) AS last_time,
           arg_max(name, time) AS name, arg_max(user_name, time) AS user_name, arg_max(group_name, time) AS group_name,
           arg_max(account, time) AS account, arg_max(project, time) AS project, arg_max(queue, time) AS queue,
           coalesce(arg_max(submit_time, time), min(time) FILTER (type = 'Q')) AS submit_time, max(began) FILTER (type = 'S') AS start_time,
           arg_max(walltime_requested_s, time) AS walltime_requested_s, arg_max(ncpus, time) AS ncpus, arg_max(ngpus, time) AS ngpus,
           arg_max(nodect, time) AS nodect, arg_max(mem_requested_bytes, time) AS mem_requested_bytes
    FROM told
    GROUP BY machine, object_id
), running AS (
    SELECT *, last_type IN ('S', 'T') AS is_running FROM latest WHERE last_type IN ('Q', 'S', 'T', 'R', 'C')
)
SELECT r.machine, r.job_id, r.short_id, CASE WHEN r.is_running THEN 'running' ELSE 'waiting' END AS state,
       r.name, r.user_name, r.group_name, r.account, r.project, r.queue, r.submit_time, CASE WHEN r.is_running THEN r.start_time END AS start_time,
       r.last_time, r.walltime_requested_s, r.ncpus, r.ngpus, r.nodect, r.mem_requested_bytes
FROM running r ANTI JOIN ended e ON e.machine = r.machine AND e.job_id = r.job_id AND e.end_time >= r.last_time
