-- Of which local days is there a log, and which are missing between the first and the last of a machine's? The names of
-- logs say it (20260131); of other names nothing is known. Jobs are also those whose record another log gave first, and
-- those that qhist told of.
WITH named AS (
    SELECT l.machine, try_strptime(l.name, '%Y%m%d')::DATE AS day,
           bool_or(CASE
               WHEN starts_with(l.path, 'qhist:') THEN l.first_time IS NOT NULL
               ELSE l.jobs > 0 OR l.file_id IN (
                   SELECT r.file_id
                   FROM repeats r
                   JOIN outcomes o ON o.machine = r.machine AND o.job_id = r.object_id AND o.record_hash = r.record_hash
                   WHERE o.is_job)
           END) AS has_jobs
    FROM log_files l JOIN machines m ON m.machine = l.machine
    WHERE regexp_full_match(l.name, '\d{8}') AND try_strptime(l.name, '%Y%m%d') IS NOT NULL
    GROUP BY ALL
)
SELECT machine, day, false AS is_missing, has_jobs
FROM named
UNION ALL
SELECT d.machine, d.day, true, NULL
FROM (
    SELECT machine, first_day + unnest(range(date_diff('day', first_day, last_day) + 1))::INTEGER AS day
    FROM (SELECT machine, min(day) AS first_day, max(day) AS last_day FROM named GROUP BY machine)) d
ANTI JOIN named n ON n.machine = d.machine AND n.day = d.day
