-- The events that came just now get the hour that was found for them.
-- Tables: undated_events AS FROM events LIMIT 0
-- Tables: moved_event (kind BIGINT, row BIGINT, seconds BIGINT)
-- Tables: repeated (row BIGINT, machine VARCHAR, file_id BIGINT, line BIGINT, record_hash BIGINT, object_id VARCHAR)
INSERT INTO events
SELECT u.* REPLACE (u.time + to_seconds(coalesce(m.seconds, 0)) AS time, NULL AS row_check)
FROM undated_events u
LEFT JOIN moved_event m ON m.row = u.rowid AND m.kind = 1
WHERE u.rowid NOT IN (SELECT row FROM repeated)
