-- Which outcomes are from another log than the first that holds their record, by name and path, though the two were read in different
-- time zones? $1: the machine.
CREATE OR REPLACE TEMP TABLE misplaced AS
WITH held AS (
    SELECT id, machine, job_id AS object_id, record_hash, file_id, line, is_job
    FROM outcomes
    WHERE machine = $1 AND record_hash IN (SELECT record_hash FROM repeats WHERE machine = $1)
),
place AS (
    SELECT id, file_id, line FROM held
    UNION ALL
    SELECT h.id, r.file_id, r.line
    FROM held h JOIN repeats r ON r.machine = h.machine AND r.record_hash = h.record_hash AND r.object_id = h.object_id
),
best AS (
    SELECT p.id, p.file_id, p.line, z.time_zone
    FROM place p JOIN log_zone z USING (file_id)
    QUALIFY row_number() OVER (PARTITION BY p.id ORDER BY z.place, p.line) = 1
)
SELECT h.id, h.machine, h.object_id, h.record_hash, h.is_job, h.file_id AS old_file_id, h.line AS old_line, b.file_id, b.line
FROM held h JOIN best b USING (id) JOIN log_zone z ON z.file_id = h.file_id
WHERE b.time_zone <> z.time_zone
