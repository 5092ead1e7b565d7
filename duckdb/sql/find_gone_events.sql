-- Which events did a log give? $1: the log, $2: those that were superseded, or the others.
CREATE OR REPLACE TEMP TABLE gone AS
SELECT rowid AS row, machine, object_id, record_hash
FROM events
WHERE file_id = ? AND is_superseded = ?
