-- What happened to a job, in order of time, and in words? Ids are those that it has in events, its array's included;
-- number is that of all of them, NULL if they are no ids of PBS. Of events that do not say when their job was
-- submitted, those count that lie between the job's submission, if that is known, and the next one under the same id.
-- A time that is longer than an interval of DuckDB may be is told in seconds.
-- Variables: machine VARCHAR, job_id VARCHAR, submit_time TIMESTAMPTZ, ids VARCHAR[], number BIGINT
WITH entry AS (
    SELECT time, type, object_id, submit_time, start_time, end_time, run_count, exit_status, walltime_used_s, queue,
           NULL AS note, text, file_id, line,
           CASE WHEN type = 'a' THEN concat_ws(', ',
               'walltime ' || coalesce(try(to_seconds(walltime_requested_s))::VARCHAR, walltime_requested_s || ' s'),
               ncpus || ' cpus', ngpus || ' gpus', nodect || ' chunks',
               format_bytes(mem_requested_bytes) || ' of memory', 'select ' || select_spec, 'place ' || place,
               'queue ' || queue, 'project ' || project) END AS changed
    FROM events
    WHERE (short_id = getvariable('number') OR getvariable('number') IS NULL AND short_id IS NULL)
        AND machine = getvariable('machine')
      AND object_id IN (SELECT unnest(getvariable('ids')))
      AND (submit_time = getvariable('submit_time') OR getvariable('submit_time') IS NULL
           OR submit_time IS NULL AND time >= getvariable('submit_time')
              AND time < (SELECT coalesce(min(submit_time), 'infinity')
                          FROM jobs WHERE (short_id = getvariable('number') OR getvariable('number') IS NULL
                              AND short_id IS NULL) AND machine = getvariable('machine')
                              AND job_id = getvariable('job_id') AND submit_time > getvariable('submit_time')))
    UNION ALL
    SELECT logged_time, 'E', job_id, submit_time, start_time, end_time, run_count, exit_status, walltime_used_s, queue,
           CASE WHEN is_job THEN 'the row in jobs' ELSE 'superseded' END, NULL, file_id, line, NULL
    FROM outcomes
    WHERE (short_id = getvariable('number') OR getvariable('number') IS NULL AND short_id IS NULL)
        AND machine = getvariable('machine') AND job_id = getvariable('job_id')
        AND submit_time = getvariable('submit_time')
)
SELECT e.time, e.type,
       concat_ws(', ',
           CASE WHEN e.object_id <> getvariable('job_id') THEN e.object_id || ': ' ELSE '' END ||
           CASE e.type
               WHEN 'Q' THEN concat('queued', ' in ' || e.queue)
               WHEN 'S' THEN 'started'
               WHEN 'T' THEN 'started again from a checkpoint'
               WHEN 'R' THEN 'requeued'
               WHEN 'C' THEN 'checkpointed and held'
               WHEN 'E' THEN 'ended'
               WHEN 'D' THEN 'deletion asked for'
               WHEN 'A' THEN 'aborted'
               WHEN 'a' THEN 'altered'
               WHEN 's' THEN 'spare nodes given back'
               WHEN 'u' THEN 'a phase ended'
               WHEN 'c' THEN 'the next phase began'
               WHEN 'e' THEN 'the last phase ended'
               WHEN 'z' THEN 'suspended'
               WHEN 'r' THEN 'resumed'
               WHEN 'M' THEN 'moved to another server'
               WHEN 'P' THEN 'provisioning began'
               WHEN 'p' THEN 'provisioning ended'
               WHEN 'U' THEN 'reservation asked for'
               WHEN 'Y' THEN 'reservation confirmed'
               WHEN 'B' THEN 'reservation began'
               WHEN 'F' THEN 'reservation ended'
               WHEN 'K' THEN 'reservation deleted'
               WHEN 'k' THEN 'reservation deleted by its owner'
               ELSE concat('record of type ', e.type) END,
           'run ' || e.run_count, 'exit status ' || e.exit_status,
           'used ' || coalesce(try(to_seconds(e.walltime_used_s))::VARCHAR, e.walltime_used_s || ' s'),
           nullif(e.note, 'the row in jobs'), nullif(e.changed, ''),
           CASE WHEN e.type NOT IN ('Q', 'S', 'T', 'R', 's', 'u', 'c', 'e', 'z', 'B') THEN e.text END) AS what,
       e.* EXCLUDE (time, type, file_id, line, text, changed), f.file, e.line, e.text
FROM entry e LEFT JOIN log_files f ON f.file_id = e.file_id
ORDER BY e.time NULLS LAST, f.name, f.path, e.line
