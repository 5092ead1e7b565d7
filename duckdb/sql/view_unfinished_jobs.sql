-- Which jobs run or wait at the end of what the logs tell? Those of the last 40 days before it whose latest record says
-- so, and which have no E record from then on; one of an earlier submission under the same id does not matter. What a
-- job that runs is, and holds, its latest S record says, and a records since then; of one that waits all of them, each
-- what those before it said otherwise. Nothing of it is a CTE that is asked twice: below one DuckDB reads also what
-- nobody asks for. Whoever asks only for jobs that run, and of which it is known since when, sets only_started to true,
-- and is answered sooner.
-- Variables: only_started BOOLEAN
WITH open AS ( -- most have ended, so that the rest is asked of few
    SELECT e.machine, e.object_id AS job_id
    FROM events e JOIN machines m ON m.machine = e.machine
        AND e.time >= make_timestamptz(epoch_us(m.last_time) - 3_456_000_000_000)
    ANTI JOIN (
        SELECT machine, job_id, submit_time, logged_time
        FROM outcomes
        WHERE logged_time >= (
            SELECT make_timestamptz(epoch_us(min(last_time)) - 3_456_000_000_000) FROM machines)) ended
      ON ended.machine = e.machine AND ended.job_id = e.object_id AND ended.logged_time >= e.time
        AND ended.submit_time >= coalesce(e.submit_time, make_timestamptz(0))
    WHERE list_contains(
            CASE WHEN getvariable('only_started')::BOOLEAN THEN ['S', 'T'] ELSE ['Q', 'S', 'T', 'R', 'C'] END, e.type)
        AND NOT contains(e.object_id, '[]')
      AND e.time >= (SELECT make_timestamptz(epoch_us(min(last_time)) - 3_456_000_000_000) FROM machines)
), told AS ( -- since its last E record; within a second, in the order of the logs
    SELECT e.*, row_number() OVER latest_first AS rank,
           first_value(e.type) OVER (PARTITION BY e.machine, e.object_id
               ORDER BY e.type = 'a', e.time DESC, f.place DESC, e.line DESC) AS last_type,
           row_number() OVER (PARTITION BY e.machine, e.object_id, e.type
               ORDER BY e.time DESC, f.place DESC, e.line DESC) AS rank_in_type,
           max(CASE e.type WHEN 'S' THEN e.time END) OVER (PARTITION BY e.machine, e.object_id) AS last_start
    FROM events e SEMI JOIN open o ON o.machine = e.machine AND o.job_id = e.object_id
    ANTI JOIN (
        SELECT machine, job_id, submit_time, logged_time
        FROM outcomes
        WHERE logged_time >= (
            SELECT make_timestamptz(epoch_us(min(last_time)) - 3_456_000_000_000) FROM machines)) ended
      ON ended.machine = e.machine AND ended.job_id = e.object_id AND ended.logged_time >= e.time
        AND ended.submit_time >= coalesce(e.submit_time, make_timestamptz(0))
    JOIN (SELECT file_id, row_number() OVER (ORDER BY name, path) AS place FROM log_files) f ON f.file_id = e.file_id
    WHERE list_contains(['Q', 'S', 'T', 'R', 'C', 'D', 'A', 'M', 'K', 'k', 'a'], e.type)
      AND e.time >= (SELECT make_timestamptz(epoch_us(min(last_time)) - 3_456_000_000_000) FROM machines)
    WINDOW latest_first AS (PARTITION BY e.machine, e.object_id ORDER BY e.time DESC, f.place DESC, e.line DESC)
), latest AS (
    SELECT machine, object_id AS job_id, max(short_id) AS short_id, min(last_type) AS last_type, max(time) AS last_time,
           arg_min(name, rank) FILTER (tells) AS name, arg_min(user_name, rank) FILTER (tells) AS user_name,
           arg_min(group_name, rank) FILTER (tells) AS group_name, arg_min(account, rank) FILTER (tells) AS account,
           arg_min(project, rank) FILTER (tells) AS project, arg_min(queue, rank) FILTER (tells) AS queue,
           coalesce(arg_min(submit_time, rank) FILTER (tells), min(time) FILTER (type = 'Q')) AS submit_time,
           arg_min(CASE type WHEN 'T' THEN time ELSE coalesce(start_time, time) END, rank)
               FILTER (type IN ('S', 'T')) AS start_time,
           max(time) FILTER (type IN ('R', 'C')) AS stop_time,
           arg_min(walltime_requested_s, rank) FILTER (tells) AS walltime_requested_s,
           arg_min(ncpus, rank) FILTER (tells) AS ncpus, arg_min(ngpus, rank) FILTER (tells) AS ngpus,
           arg_min(nodect, rank) FILTER (tells) AS nodect,
           arg_min(mem_requested_bytes, rank) FILTER (tells) AS mem_requested_bytes
    FROM (
        SELECT *, last_type NOT IN ('S', 'T') OR last_start IS NULL OR type = 'S' AND rank_in_type = 1
               OR type = 'a' AND time >= last_start AS tells
        FROM told)
    GROUP BY machine, object_id
)
SELECT machine, job_id, short_id, CASE WHEN last_type IN ('S', 'T') THEN 'running' ELSE 'waiting' END AS state,
       name, user_name, group_name, account, project, queue, submit_time,
       CASE WHEN last_type IN ('S', 'T') THEN start_time END AS start_time,
       CASE WHEN last_type IN ('S', 'T') THEN start_time ELSE coalesce(stop_time, submit_time) END AS since_time,
       last_time, walltime_requested_s, ncpus, ngpus, nodect, mem_requested_bytes
FROM latest
WHERE last_type IN ('Q', 'S', 'T', 'R', 'C')
