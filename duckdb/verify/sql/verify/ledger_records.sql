-- The records of a log stand in their lines and have their hashes, as read. In whatever table a record's row is, the
-- sum of (2 x line + 1) x record_hash over all records of a log stays what it was when they were read, modulo 2^64.
WITH record AS (
    SELECT file_id, line, record_hash FROM outcomes WHERE file_id IS NOT NULL
    UNION ALL
    SELECT file_id, line, record_hash FROM events
    UNION ALL
    SELECT file_id, line, record_hash FROM repeats
    UNION ALL
    SELECT file_id, line, record_hash FROM rejects
),
kept AS (
    SELECT file_id, sum(((2 * line::HUGEINT + 1) * record_hash) % 18446744073709551616) AS total
    FROM record
    GROUP BY file_id
)
SELECT file_id, l.machine, l.name
FROM log_files l LEFT JOIN kept k USING (file_id)
WHERE (coalesce(k.total, 0) - l.records_check) % 18446744073709551616 <> 0
