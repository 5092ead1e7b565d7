-- What is known of a job that has no row, by its own events, and what was it doing by the last of them? Of each column
-- the latest value counts; within a second, that of the later log or line. The times are told by the events that say
-- something new: with Q and R it waits, with S it runs, whatever it gives back or is resumed from. How far the logs of
-- its machine go says until when that is known. submit_time is NULL where no event says it.
-- Variables: machine VARCHAR, job_id VARCHAR, submit_time TIMESTAMPTZ, number BIGINT
WITH told AS (
    SELECT e.*, f.log,
           CASE WHEN type IN ('Q', 'R') THEN 'waiting' WHEN type IN ('S', 'T', 'c', 's', 'r', 'u', 'e') THEN 'running'
                WHEN type = 'C' THEN 'held' WHEN type = 'z' THEN 'suspended' WHEN type = 'M' THEN 'moved' END AS step
    FROM events e
    JOIN (SELECT file_id, row_number() OVER (ORDER BY name, path) AS log FROM log_files) f ON f.file_id = e.file_id
    WHERE (short_id = getvariable('number') OR getvariable('number') IS NULL AND short_id IS NULL)
        AND machine = getvariable('machine')
      AND object_id = getvariable('job_id') AND (submit_time = getvariable('submit_time')
          OR getvariable('submit_time') IS NULL OR submit_time IS NULL AND time >= getvariable('submit_time'))
), latest AS (
    SELECT last(name ORDER BY time, log, line) FILTER (name IS NOT NULL) AS name,
           last(user_name ORDER BY time, log, line) FILTER (user_name IS NOT NULL) AS user_name,
           last(group_name ORDER BY time, log, line) FILTER (group_name IS NOT NULL) AS group_name,
           last(account ORDER BY time, log, line) FILTER (account IS NOT NULL) AS account,
           last(project ORDER BY time, log, line) FILTER (project IS NOT NULL) AS project,
           last(queue ORDER BY time, log, line) FILTER (queue IS NOT NULL) AS queue,
           last(queued_time ORDER BY time, log, line) FILTER (queued_time IS NOT NULL) AS queued_time,
           last(became_eligible_time
               ORDER BY time, log, line) FILTER (became_eligible_time IS NOT NULL) AS became_eligible_time,
           last(start_time ORDER BY time, log, line) FILTER (start_time IS NOT NULL) AS start_time,
           last(run_count ORDER BY time, log, line) FILTER (run_count IS NOT NULL) AS run_count,
           last(ncpus ORDER BY time, log, line) FILTER (ncpus IS NOT NULL) AS ncpus,
           last(ngpus ORDER BY time, log, line) FILTER (ngpus IS NOT NULL) AS ngpus,
           last(nodect ORDER BY time, log, line) FILTER (nodect IS NOT NULL) AS nodect,
           last(mpiprocs ORDER BY time, log, line) FILTER (mpiprocs IS NOT NULL) AS mpiprocs,
           last(mem_requested_bytes
               ORDER BY time, log, line) FILTER (mem_requested_bytes IS NOT NULL) AS mem_requested_bytes,
           last(walltime_requested_s
               ORDER BY time, log, line) FILTER (walltime_requested_s IS NOT NULL) AS walltime_requested_s,
           last(select_spec ORDER BY time, log, line) FILTER (select_spec IS NOT NULL) AS select_spec,
           last(place ORDER BY time, log, line) FILTER (place IS NOT NULL) AS place,
           coalesce(last(step ORDER BY time, log, line) FILTER (step IS NOT NULL), 'unknown') AS step,
           max(time) FILTER (step IS NOT NULL) AS step_time, max(time) FILTER (type IN ('S', 'T')) AS run_time,
           max(time) FILTER (type IN ('D', 'A')) AS gone_time
    FROM told
), known AS (
    SELECT * EXCLUDE (step, step_time, run_time, gone_time, start_time),
           CASE WHEN step IN ('waiting', 'held', 'unknown') AND gone_time >= coalesce(step_time, gone_time)
               THEN 'deleted' ELSE step END AS state,
           CASE WHEN step IN ('waiting', 'held', 'unknown') AND gone_time >= coalesce(step_time, gone_time)
               THEN gone_time
           WHEN step = 'running' THEN coalesce(run_time, step_time)
           ELSE step_time END AS state_since,
           CASE WHEN step IN ('running', 'suspended') THEN start_time END AS start_time
    FROM latest
)
SELECT getvariable('machine') AS machine, getvariable('job_id') AS job_id, getvariable('submit_time') AS submit_time,
       contains(getvariable('job_id'), '[]') AS is_array_parent, known.*,
       (SELECT max(last_time) FROM log_files WHERE machine = getvariable('machine')) AS logs_until,
       CASE WHEN start_time >= getvariable('submit_time')
           THEN (epoch_us(start_time) - epoch_us(getvariable('submit_time'))) // 1_000_000 END AS submit_to_start_s,
       CASE WHEN start_time >= became_eligible_time
           THEN (epoch_us(start_time) - epoch_us(became_eligible_time)) // 1_000_000 END AS eligible_to_start_s
FROM known
