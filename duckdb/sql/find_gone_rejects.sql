-- Which rejects did a log give? $1: the log.
CREATE OR REPLACE TEMP TABLE gone AS
SELECT rowid AS row, machine, NULL::VARCHAR AS object_id, record_hash, NULL::TIMESTAMPTZ AS time, NULL::VARCHAR AS time_zone
FROM rejects
WHERE file_id = ?
