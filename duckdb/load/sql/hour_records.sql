-- Which records of a machine stand in an hour that autumn repeats, and where in its logs? kind is 0 for events that are
-- there, 1 for those that came just now, 2 for outcomes; a record that stands in the logs several times is listed as
-- often. The hour is from the first instant of the first time to before the end of the second.
-- Variables: machine VARCHAR, since TIMESTAMPTZ, before TIMESTAMPTZ
-- Tables: undated_events AS FROM events LIMIT 0
-- Tables: repeated (row BIGINT, machine VARCHAR, file_id BIGINT, line BIGINT, record_hash BIGINT, object_id VARCHAR)
CREATE OR REPLACE TEMP TABLE hour_record AS
WITH kept AS (
    SELECT 0 AS kind, rowid AS row, time,
           list_contains(string_split(coalesce(flags, ''), ' '), 'repeated_hour') AS is_undated,
           object_id, record_hash, file_id, line
    FROM events
    WHERE machine = getvariable('machine') AND time >= getvariable('since') AND time < getvariable('before')
    UNION ALL
    SELECT 1, rowid, time, true, object_id, record_hash, file_id, line
    FROM undated_events
    WHERE rowid NOT IN (SELECT row FROM repeated) AND time >= getvariable('since') AND time < getvariable('before')
    UNION ALL
    SELECT 2, id, logged_time, false, job_id, record_hash, file_id, line
    FROM outcomes
    WHERE machine = getvariable('machine') AND logged_time >= getvariable('since')
        AND logged_time < getvariable('before')
)
SELECT kind, row, epoch(time)::BIGINT AS time, is_undated, file_id, line FROM kept
UNION ALL
SELECT k.kind, k.row, epoch(k.time)::BIGINT, k.is_undated, r.file_id, r.line
FROM kept k
JOIN repeats r ON r.machine = getvariable('machine') AND r.record_hash = k.record_hash
    AND r.object_id IS NOT DISTINCT FROM k.object_id
