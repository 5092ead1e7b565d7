-- Of the E records of a job the right one is its row: one that is not torn or doubtful, of more runs, with usage, of the later end, the later in
-- the log, with more attributes, as in find_losers.sql. Every superseded record has such a row above it.
WITH loser AS (
    SELECT machine, object_id, submit_time, file_id, line,
           ROW(NOT list_has_any(string_split(coalesce(flags, ''), ' '), ['torn', 'doubtful']), coalesce(run_count, -9223372036854775808),
               coalesce(walltime_used_s, cpu_time_s, mem_used_bytes, vmem_used_bytes, cpu_percent) IS NOT NULL,
               coalesce(epoch_us(end_time), -9223372036854775808), epoch_us(time), attributes, record_hash) AS place
    FROM events
    WHERE is_superseded
),
winner AS (
    SELECT j.id, j.machine, j.job_id, j.submit_time,
           ROW(s.flags IS NULL, coalesce(j.run_count, -9223372036854775808),
               coalesce(walltime_used_s, cpu_time_s, mem_used_bytes, vmem_used_bytes, cpu_percent) IS NOT NULL,
               coalesce(epoch_us(j.end_time), -9223372036854775808), coalesce(epoch_us(s.logged_time), -9223372036854775808),
               s.attributes, s.record_hash) AS place
    FROM jobs j JOIN job_sources s ON s.job_id = j.id
)
SELECT l.machine, l.object_id AS job_id, l.submit_time, w.id, l.file_id, l.line
FROM loser l
LEFT JOIN winner w ON w.machine = l.machine AND w.job_id = l.object_id AND w.submit_time IS NOT DISTINCT FROM l.submit_time
WHERE w.id IS NULL OR l.place > w.place
