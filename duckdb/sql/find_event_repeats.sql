-- Which events that this load brought are exact repeats of others?
CREATE OR REPLACE TEMP TABLE event_repeat AS
WITH fresh AS (
    SELECT e.rowid AS row, e.machine, e.time, e.type, e.object_id, e.record_hash, e.file_id, e.line, e.is_superseded
    FROM events e
    JOIN arrived a ON a.file_id = e.file_id AND e.line >= a.first_line
),
twice AS (
    SELECT record_hash FROM fresh GROUP BY record_hash HAVING count(*) > 1
),
span AS (
    SELECT min(time) AS earliest, max(time) AS latest FROM fresh
),
older AS (
    SELECT e.machine, e.time, e.type, e.object_id, e.record_hash
    FROM events e
    LEFT JOIN arrived a ON a.file_id = e.file_id
    WHERE e.time BETWEEN (SELECT earliest FROM span) AND (SELECT latest FROM span)
      AND (a.file_id IS NULL OR e.line < a.first_line)
),
numbered AS (
    SELECT f.*, row_number() OVER (PARTITION BY machine, time, type, object_id, record_hash ORDER BY file_id, line) AS nth
    FROM fresh f
    WHERE record_hash IN (SELECT record_hash FROM twice)
)
SELECT row, machine, file_id, line, record_hash, object_id, is_superseded FROM numbered WHERE nth > 1
UNION
SELECT f.row, f.machine, f.file_id, f.line, f.record_hash, f.object_id, f.is_superseded
FROM fresh f
SEMI JOIN older o ON o.record_hash = f.record_hash AND o.time = f.time AND o.object_id = f.object_id AND o.type = f.type AND o.machine = f.machine
