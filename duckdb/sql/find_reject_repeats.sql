-- Which rejects that this load brought are exact repeats of others?
CREATE OR REPLACE TEMP TABLE reject_repeat AS
SELECT row, machine, file_id, line, record_hash
FROM (SELECT r.rowid AS row, r.machine, r.file_id, r.line, r.record_hash, a.first_line IS NOT NULL AND r.line >= a.first_line AS is_new,
             row_number() OVER (PARTITION BY r.machine, r.record_hash, r.bytes
                                ORDER BY a.first_line IS NOT NULL AND r.line >= a.first_line, r.file_id, r.line) AS nth
      FROM rejects r
      LEFT JOIN arrived a ON a.file_id = r.file_id)
WHERE is_new AND nth > 1
