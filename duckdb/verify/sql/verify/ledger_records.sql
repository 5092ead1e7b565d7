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
    -- in three parts of the hash, whose products fit BIGINT: to divide a HUGEINT for each record takes 20 times as long
    SELECT file_id, sum((2 * line + 1) * (record_hash & 2_097_151))
               + 2_097_152 * sum((2 * line + 1) * ((record_hash >> 21) & 2_097_151))
               + 4_398_046_511_104 * sum((2 * line + 1) * (record_hash >> 42)) AS total
    FROM record
    GROUP BY file_id
)
SELECT file_id, l.machine, l.name
FROM log_files l LEFT JOIN kept k USING (file_id)
WHERE (coalesce(k.total, 0) - l.records_check) % 18446744073709551616 <> 0
