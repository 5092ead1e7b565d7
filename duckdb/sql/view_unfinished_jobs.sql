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
), told AS ( -- within a second, in the order of the logs
    SELECT e.*, row_number() OVER (PARTITION BY e.machine, e.object_id ORDER BY e.time DESC, f.name DESC, f.path DESC, e.line DESC) AS rank
    FROM events e SEMI JOIN open o ON o.machine = e.machine AND o.job_id = e.object_id
    JOIN log_files f ON f.file_id = e.file_id
    WHERE list_contains(['Q', 'S', 'T', 'R', 'C', 'D', 'A', 'K', 'k'], e.type) AND e.time >= (SELECT min(time) FROM since)
), latest AS (
    SELECT machine, object_id AS job_id, max(short_id) AS short_id, arg_min(type, rank) AS last_type, max(time) AS last_time,
           arg_min(name, rank) AS name, arg_min(user_name, rank) AS user_name, arg_min(group_name, rank) AS group_name,
           arg_min(account, rank) AS account, arg_min(project, rank) AS project, arg_min(queue, rank) AS queue,
           coalesce(arg_min(submit_time, rank), min(time) FILTER (type = 'Q')) AS submit_time,
           arg_min(coalesce(start_time, time), rank) FILTER (type = 'S') AS start_time,
           arg_min(walltime_requested_s, rank) AS walltime_requested_s, arg_min(ncpus, rank) AS ncpus, arg_min(ngpus, rank) AS ngpus,
           arg_min(nodect, rank) AS nodect, arg_min(mem_requested_bytes, rank) AS mem_requested_bytes
    FROM told
    GROUP BY machine, object_id
), running AS (
    SELECT *, last_type IN ('S', 'T') AS is_running FROM latest WHERE last_type IN ('Q', 'S', 'T', 'R', 'C')
)
SELECT r.machine, r.job_id, r.short_id, CASE WHEN r.is_running THEN 'running' ELSE 'waiting' END AS state,
       r.name, r.user_name, r.group_name, r.account, r.project, r.queue, r.submit_time, CASE WHEN r.is_running THEN r.start_time END AS start_time,
       r.last_time, r.walltime_requested_s, r.ncpus, r.ngpus, r.nodect, r.mem_requested_bytes
FROM running r ANTI JOIN ended e ON e.machine = r.machine AND e.job_id = r.job_id AND e.end_time >= r.last_time
