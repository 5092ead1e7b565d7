-- Of the records in gone, which stand in another log too, and where? The first such place is taken.
CREATE OR REPLACE TEMP TABLE heir AS
SELECT g.row, r.file_id, r.line, r.record_hash
FROM gone g
JOIN repeats r ON r.machine = g.machine AND r.record_hash = g.record_hash AND r.object_id IS NOT DISTINCT FROM g.object_id
QUALIFY row_number() OVER (PARTITION BY g.row ORDER BY r.file_id, r.line) = 1
