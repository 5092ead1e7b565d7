-- Every log is in the ledger once, and rows name logs that are in it.
SELECT 'log_files' AS "table", min(file_id) AS file_id, machine, path, count(*) AS rows FROM log_files WHERE path <> '-' GROUP BY machine, path HAVING count(*) > 1
UNION ALL
SELECT 'log_files', file_id, NULL, NULL, count(*) FROM log_files GROUP BY file_id HAVING count(*) > 1
UNION ALL
SELECT 'job_sources', file_id, NULL, NULL, count(*) FROM job_sources ANTI JOIN log_files USING (file_id) GROUP BY ALL
UNION ALL
SELECT 'events', file_id, NULL, NULL, count(*) FROM events ANTI JOIN log_files USING (file_id) GROUP BY ALL
UNION ALL
SELECT 'rejects', file_id, NULL, NULL, count(*) FROM rejects ANTI JOIN log_files USING (file_id) GROUP BY ALL
UNION ALL
SELECT 'repeats', file_id, NULL, NULL, count(*) FROM repeats ANTI JOIN log_files USING (file_id) GROUP BY ALL
