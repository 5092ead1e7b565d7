-- What became of the lines of each log, by the tables? Which E records fit the time zone is asked where the old ledger
-- did not say (zone_fits is -1 there).
WITH record AS (
    SELECT file_id, line, record_hash, CASE WHEN is_job THEN 'jobs' ELSE 'superseded' END AS what FROM outcomes
    WHERE file_id IS NOT NULL
    UNION ALL
    SELECT file_id, line, record_hash, 'events' FROM events
    UNION ALL
    SELECT file_id, line, record_hash, 'repeats' FROM repeats
    UNION ALL
    SELECT file_id, line, record_hash, 'rejects' FROM rejects
),
kept AS (
    SELECT file_id,
           count(*) FILTER (what = 'jobs') AS jobs, count(*) FILTER (what = 'superseded') AS superseded,
           count(*) FILTER (what = 'events') AS events, count(*) FILTER (what = 'repeats') AS repeats,
           count(*) FILTER (what = 'rejects') AS rejects,
           sum(((2 * line::HUGEINT + 1) * record_hash) % 18446744073709551616) AS total
    FROM record
    GROUP BY file_id
),
checked AS (
    SELECT file_id, (coalesce(total, 0) % 18446744073709551616 + 18446744073709551616) % 18446744073709551616 AS total
    FROM log_files LEFT JOIN kept USING (file_id)
),
head AS (
    SELECT file_id, line, epoch(logged_time)::BIGINT - epoch(end_time)::BIGINT AS off
    FROM outcomes
    WHERE file_id IS NOT NULL AND NOT end_is_estimated
    UNION ALL
    SELECT r.file_id, r.line, epoch(o.logged_time)::BIGINT - epoch(o.end_time)::BIGINT
    FROM repeats r JOIN outcomes o ON o.machine = r.machine AND o.job_id = r.object_id AND o.record_hash = r.record_hash
    WHERE NOT o.end_is_estimated
),
zone AS (
    SELECT file_id, count(*) FILTER (abs(off) < 900) AS fits, count(*) FILTER (abs(off) >= 900) AS misfits,
           arg_max(off, line) FILTER (abs(off) >= 900) AS last_off
    FROM head
    GROUP BY file_id
)
UPDATE log_files
SET jobs = coalesce(k.jobs, 0), superseded = coalesce(k.superseded, 0), events = coalesce(k.events, 0),
    repeats = coalesce(k.repeats, 0), rejects = coalesce(k.rejects, 0),
    records_check = CASE WHEN c.total >= 9223372036854775808 THEN c.total - 18446744073709551616 ELSE c.total END,
    zone_fits = CASE WHEN log_files.zone_fits < 0 THEN coalesce(z.fits, 0) ELSE log_files.zone_fits END,
    zone_misfits = CASE WHEN log_files.zone_fits < 0 THEN coalesce(z.misfits, 0) ELSE log_files.zone_misfits END,
    zone_offset_s = CASE WHEN log_files.zone_fits < 0 THEN z.last_off ELSE log_files.zone_offset_s END,
    row_check = NULL
FROM checked c LEFT JOIN kept k USING (file_id) LEFT JOIN zone z USING (file_id)
WHERE c.file_id = log_files.file_id
