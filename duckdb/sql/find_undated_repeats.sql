-- Which of the events whose hour is not known yet are exact repeats: of one that is there, or of one before it? Their times do not
-- tell. Filled in is which events are there in such hours.
CREATE OR REPLACE TEMP TABLE event_repeat AS
SELECT s.rowid AS row, s.machine, s.file_id, s.line, s.record_hash, s.object_id
FROM undated_events s
SEMI JOIN (SELECT * FROM events WHERE %s) e
  ON e.record_hash = s.record_hash AND e.object_id = s.object_id AND e.type = s.type AND e.machine = s.machine
UNION
SELECT row, machine, file_id, line, record_hash, object_id
FROM (SELECT rowid AS row, machine, file_id, line, record_hash, object_id,
             row_number() OVER (PARTITION BY machine, type, object_id, record_hash ORDER BY file_id, line) AS nth
      FROM undated_events)
WHERE nth > 1
