-- Which rows of a table did a log give? Filled in are the table, the id of what a row is about, and the instant that a repeat must
-- have, too (NULL: it may have another one). $1: the log.
CREATE OR REPLACE TEMP TABLE forgotten AS
SELECT t.rowid AS row, t.machine, %[2]s AS object_id, t.record_hash, %[3]s AS time, f.time_zone
FROM %[1]s t JOIN log_files f ON f.file_id = t.file_id
WHERE t.file_id = ?
