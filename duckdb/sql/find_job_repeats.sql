-- Which of the candidates are exact repeats: of a row that came before, or of a record that was superseded before?
-- Its head says the same, but another instant where their logs were read in different time zones.
CREATE OR REPLACE TEMP TABLE job_repeat AS
WITH numbered AS (
    SELECT *, row_number() OVER (PARTITION BY machine, object_id, submit_time, record_hash ORDER BY id) AS nth FROM candidate
)
SELECT id, machine, file_id, line, record_hash, object_id
FROM numbered n
WHERE nth > 1
   OR EXISTS (SELECT 1 FROM events e
              WHERE e.is_superseded AND e.machine = n.machine AND e.object_id = n.object_id
                AND e.record_hash = n.record_hash)
