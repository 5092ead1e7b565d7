-- Every log is in the ledger once, and rows name logs that are in it, of their machine. Of a reject's file only the
-- last part is compared: a log keeps its name when it is packed.
WITH row_of_log AS (
    SELECT 'outcomes' AS "table", file_id, machine, NULL AS file FROM outcomes WHERE file_id IS NOT NULL
    UNION ALL
    SELECT 'events', file_id, machine, NULL FROM events
    UNION ALL
    SELECT 'rejects', file_id, machine,
           regexp_replace(regexp_extract(file, '[^/]*$'), '\.(gz|xz|zst|bz2)$', '') FROM rejects
    UNION ALL
    SELECT 'repeats', file_id, machine, NULL FROM repeats
    UNION ALL
    SELECT 'warnings', file_id, machine, NULL FROM warnings WHERE file_id IS NOT NULL
),
named AS (
    SELECT "table", file_id, machine, file, count(*) AS rows FROM row_of_log GROUP BY ALL
)
SELECT 'log_files' AS "table", min(file_id) AS file_id, machine, path AS file, count(*) AS rows FROM log_files
WHERE path <> '-' GROUP BY machine, path HAVING count(*) > 1
UNION ALL
SELECT 'log_files', file_id, NULL, NULL, count(*) FROM log_files GROUP BY file_id HAVING count(*) > 1
UNION ALL
SELECT n."table", n.file_id, n.machine, n.file, n.rows
FROM named n LEFT JOIN log_files f ON f.file_id = n.file_id
WHERE f.file_id IS NULL OR f.machine <> n.machine OR n.file <> f.name
