-- The events that came just now get the hour that was found for them.
INSERT INTO events
SELECT u.* REPLACE (u.time + to_seconds(coalesce(m.seconds, 0)) AS time, NULL AS row_check)
FROM undated_events u
LEFT JOIN moved_event m ON m.row = u.rowid AND m.kind = 1
WHERE u.rowid NOT IN (SELECT row FROM repeated)
