-- Of which local days is there a log, by its name (20260131), and no job? Jobs are also those whose record another log
-- gave first, and those that qhist told of.
SELECT machine, day
FROM (
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
    GROUP BY ALL)
WHERE NOT has_jobs
