-- No exact repeat of a record is kept twice in events.
WITH twin AS (SELECT record_hash FROM events GROUP BY record_hash HAVING count(*) > 1)
SELECT machine, time, type, object_id, record_hash, count(*) AS rows, min(file_id) AS first_file_id,
       min(line) AS first_line
FROM events SEMI JOIN twin USING (record_hash)
GROUP BY machine, time, type, object_id, record_hash
HAVING count(*) > 1
