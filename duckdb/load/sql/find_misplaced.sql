-- Which outcomes are from another log than the first that holds their record, by name and path, though the two were
-- read in different time zones?
-- Variables: machine VARCHAR
-- Tables: log_zone (file_id BIGINT, place BIGINT, time_zone VARCHAR)
CREATE OR REPLACE TEMP TABLE misplaced AS
WITH repeated_outcome AS (
    SELECT id, machine, job_id AS object_id, record_hash, file_id, line, is_job
    FROM outcomes
    WHERE machine = getvariable('machine')
        AND record_hash IN (SELECT record_hash FROM repeats WHERE machine = getvariable('machine'))
),
place AS (
    SELECT id, NULL AS repeat, file_id, line FROM repeated_outcome
    UNION ALL
    SELECT o.id, r.rowid, r.file_id, r.line
    FROM repeated_outcome o JOIN repeats r ON r.machine = o.machine AND r.record_hash = o.record_hash
        AND r.object_id = o.object_id
),
best AS (
    SELECT p.id, p.repeat, p.file_id, p.line, z.time_zone
    FROM place p JOIN log_zone z USING (file_id)
    QUALIFY row_number() OVER (PARTITION BY p.id ORDER BY z.place, p.line, p.repeat) = 1
)
SELECT o.id, o.machine, o.object_id, o.record_hash, o.is_job, o.file_id AS old_file_id, o.line AS old_line,
       b.repeat, b.file_id, b.line
FROM repeated_outcome o JOIN best b USING (id) JOIN log_zone z ON z.file_id = o.file_id
WHERE b.time_zone <> z.time_zone
