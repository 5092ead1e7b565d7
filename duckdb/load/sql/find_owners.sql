-- Of the forgotten records, which stand in another log too, and where? The first such place is taken. What depends on
-- the instant at its head (time, else NULL) is repeated only where the other log's time zone gives the same one.
-- Tables: forgotten (row BIGINT, machine VARCHAR, object_id VARCHAR, record_hash BIGINT, time TIMESTAMPTZ,
--   time_zone VARCHAR)
CREATE OR REPLACE TEMP TABLE owner AS
SELECT g.row, r.rowid AS repeat, r.file_id, r.line
FROM forgotten g
JOIN repeats r ON r.machine = g.machine AND r.record_hash = g.record_hash
    AND r.object_id IS NOT DISTINCT FROM g.object_id
JOIN log_files f ON f.file_id = r.file_id
WHERE CASE WHEN g.time IS NULL OR f.time_zone = g.time_zone THEN true
           ELSE TRY((g.time AT TIME ZONE f.time_zone) = (g.time AT TIME ZONE g.time_zone)) END
QUALIFY row_number() OVER (PARTITION BY g.row ORDER BY r.file_id, r.line, r.rowid) = 1
