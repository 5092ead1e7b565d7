-- What happened to a job, in order of time? Ids are those that it has in events, its array's included; number is that of all of
-- them, NULL if they are no ids of PBS. Of a text there are so many characters. Of events that do not say when their job was
-- submitted, those count that lie between the job's submission, if that is known, and the next one under the same id.
-- Variables: machine VARCHAR, job_id VARCHAR, submit_time TIMESTAMPTZ, ids VARCHAR[], number BIGINT, characters BIGINT
WITH entry AS (
    SELECT time, type, object_id, submit_time, start_time, end_time, run_count, exit_status, walltime_used_s, queue,
           NULL AS note, left(text, getvariable('characters')) AS text, file_id, line
    FROM events
    WHERE (short_id = getvariable('number') OR getvariable('number') IS NULL AND short_id IS NULL) AND machine = getvariable('machine')
      AND object_id IN (SELECT unnest(getvariable('ids')))
      AND (submit_time = getvariable('submit_time') OR getvariable('submit_time') IS NULL
           OR submit_time IS NULL AND time >= getvariable('submit_time')
              AND time < (SELECT coalesce(min(submit_time), 'infinity')
                          FROM jobs WHERE (short_id = getvariable('number') OR getvariable('number') IS NULL AND short_id IS NULL) AND machine = getvariable('machine') AND job_id = getvariable('job_id') AND submit_time > getvariable('submit_time')))
    UNION ALL
    SELECT logged_time, 'E', job_id, submit_time, start_time, end_time, run_count, exit_status, walltime_used_s, queue,
           CASE WHEN is_job THEN 'the row in jobs' ELSE 'superseded' END, NULL, file_id, line
    FROM outcomes
    WHERE (short_id = getvariable('number') OR getvariable('number') IS NULL AND short_id IS NULL) AND machine = getvariable('machine') AND job_id = getvariable('job_id') AND submit_time = getvariable('submit_time')
)
SELECT e.* EXCLUDE (file_id, line, text), f.file, e.line, e.text
FROM entry e LEFT JOIN log_files f ON f.file_id = e.file_id
ORDER BY e.time NULLS LAST, e.file_id, e.line
