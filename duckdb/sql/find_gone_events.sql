-- Which events did a log give? $1: the log, $2: those that were superseded, which are made again in another time zone, or the others.
CREATE OR REPLACE TEMP TABLE gone AS
SELECT e.rowid AS row, e.machine, e.object_id, e.record_hash, CASE WHEN NOT e.is_superseded THEN e.time END AS time, f.time_zone
FROM events e JOIN log_files f ON f.file_id = e.file_id
WHERE e.file_id = ? AND e.is_superseded = ?
