-- Which records of a machine stand in an hour that autumn repeats, and where in its logs? kind is 0 for events that are there, 1 for
-- those that came just now, 2 for outcomes; a record that stands in the logs several times is listed as often. Filled in are the machine
-- and that a time lies in the hour, the first or the second time.
CREATE OR REPLACE TEMP TABLE hour_record AS
WITH kept AS (
    SELECT 0 AS kind, rowid AS row, time, list_contains(string_split(coalesce(flags, ''), ' '), 'repeated_hour') AS is_undated,
           object_id, record_hash, file_id, line
    FROM events
    WHERE machine = %[1]s AND %[2]s
    UNION ALL
    SELECT 1, rowid, time, true, object_id, record_hash, file_id, line
    FROM undated_events
    WHERE rowid NOT IN (SELECT row FROM repeated) AND %[2]s
    UNION ALL
    SELECT 2, id, logged_time, false, job_id, record_hash, file_id, line
    FROM outcomes
    WHERE machine = %[1]s AND %[3]s
)
SELECT kind, row, epoch(time)::BIGINT AS time, is_undated, file_id, line FROM kept
UNION ALL
SELECT k.kind, k.row, epoch(k.time)::BIGINT, k.is_undated, r.file_id, r.line
FROM kept k
JOIN repeats r ON r.machine = %[1]s AND r.record_hash = k.record_hash AND r.object_id IS NOT DISTINCT FROM k.object_id
