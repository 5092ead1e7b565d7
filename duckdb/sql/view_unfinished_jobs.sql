-- Which jobs run or wait at the end of what the logs tell? Those of the last 40 days before it whose latest record says
-- so, and which have no E record from then on. Nothing of it is a CTE that is asked twice: below one DuckDB reads also
-- what nobody asks for. Whoever asks only for jobs that run, and of which it is known since when, sets only_started to
-- true, and is answered sooner.
-- Variables: only_started BOOLEAN
WITH open AS ( -- most have ended, so that the rest is asked of few
    SELECT e.machine, e.object_id AS job_id
    FROM events e JOIN machines m ON m.machine = e.machine
        AND e.time >= make_timestamptz(epoch_us(m.last_time) - 3_456_000_000_000)
    ANTI JOIN (
        SELECT machine, job_id, logged_time
        FROM outcomes
        WHERE logged_time >= (
            SELECT make_timestamptz(epoch_us(min(last_time)) - 3_456_000_000_000) FROM machines)) ended
      ON ended.machine = e.machine AND ended.job_id = e.object_id AND ended.logged_time >= e.time
    WHERE list_contains(CASE WHEN getvariable('only_started')::BOOLEAN THEN ['S'] ELSE ['Q', 'S'] END, e.type)
        AND NOT contains(e.object_id, '[]')
      AND e.time >= (SELECT make_timestamptz(epoch_us(min(last_time)) - 3_456_000_000_000) FROM machines)
), told AS ( -- within a second, in the order of the logs
    SELECT e.*, row_number() OVER (PARTITION BY e.machine, e.object_id
           ORDER BY e.time DESC, f.place DESC, e.line DESC) AS rank
    FROM events e SEMI JOIN open o ON o.machine = e.machine AND o.job_id = e.object_id
    JOIN (SELECT file_id, row_number() OVER (ORDER BY name, path) AS place FROM log_files) f ON f.file_id = e.file_id
    WHERE list_contains(['Q', 'S', 'T', 'R', 'C', 'D', 'A', 'M', 'K', 'k'], e.type)
      AND e.time >= (SELECT make_timestamptz(epoch_us(min(last_time)) - 3_456_000_000_000) FROM machines)
), latest AS (
    SELECT machine, object_id AS job_id, max(short_id) AS short_id, arg_min(type, rank) AS last_type,
           max(time) AS last_time,
           arg_min(name, rank) AS name, arg_min(user_name, rank) AS user_name, arg_min(group_name, rank) AS group_name,
           arg_min(account, rank) AS account, arg_min(project, rank) AS project, arg_min(queue, rank) AS queue,
           coalesce(arg_min(submit_time, rank), min(time) FILTER (type = 'Q')) AS submit_time,
           arg_min(coalesce(start_time, time), rank) FILTER (type = 'S') AS start_time,
           arg_min(walltime_requested_s, rank) AS walltime_requested_s, arg_min(ncpus, rank) AS ncpus,
           arg_min(ngpus, rank) AS ngpus,
           arg_min(nodect, rank) AS nodect, arg_min(mem_requested_bytes, rank) AS mem_requested_bytes
    FROM told
    GROUP BY machine, object_id
), running AS (
    SELECT *, last_type IN ('S', 'T') AS is_running FROM latest WHERE last_type IN ('Q', 'S', 'T', 'R', 'C')
)
SELECT r.machine, r.job_id, r.short_id, CASE WHEN r.is_running THEN 'running' ELSE 'waiting' END AS state,
       r.name, r.user_name, r.group_name, r.account, r.project, r.queue, r.submit_time,
       CASE WHEN r.is_running THEN r.start_time END AS start_time,
       r.last_time, r.walltime_requested_s, r.ncpus, r.ngpus, r.nodect, r.mem_requested_bytes
FROM running r ANTI JOIN (
    SELECT machine, job_id, logged_time
    FROM outcomes
    WHERE logged_time >= (SELECT make_timestamptz(epoch_us(min(last_time)) - 3_456_000_000_000) FROM machines)) ended
  ON ended.machine = r.machine AND ended.job_id = r.job_id AND ended.logged_time >= r.last_time
