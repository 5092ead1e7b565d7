-- What happened to a job, in order of time? $1: the machine. $2: the job's id. $3: its submit time, or NULL. $4: the ids it
-- has in events, its array's included, as a list in JSON. $5: how many characters of text. Filled in is the condition on
-- its number: see find_jobs.sql. Of events that do not say when their job was submitted, those count that lie between the job's
-- submission and the next one under the same id.
WITH entry AS (
    SELECT time, type, object_id, submit_time, start_time, end_time, run_count, exit_status, walltime_used_s, queue,
           NULL AS note, left(text, $5) AS text, file_id, line
    FROM events
    WHERE %[1]s AND machine = $1
      AND object_id IN (SELECT unnest(from_json($4, '["VARCHAR"]')))
      AND (submit_time = $3 OR $3 IS NULL
           OR submit_time IS NULL AND time >= $3
              AND time < (SELECT coalesce(min(submit_time), 'infinity')
                          FROM jobs WHERE %[1]s AND machine = $1 AND job_id = $2 AND submit_time > $3))
    UNION ALL
    SELECT logged_time, 'E', job_id, submit_time, start_time, end_time, run_count, exit_status, walltime_used_s, queue,
           CASE WHEN is_job THEN 'the row in jobs' ELSE 'superseded' END, NULL, file_id, line
    FROM outcomes
    WHERE %[1]s AND machine = $1 AND job_id = $2 AND submit_time = $3
)
SELECT e.* EXCLUDE (file_id, line, text), f.file, e.line, e.text
FROM entry e LEFT JOIN log_files f ON f.file_id = e.file_id
ORDER BY e.time NULLS LAST, e.file_id, e.line
