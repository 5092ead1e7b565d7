-- Which of the warnings that were found are to be told: new ones, those that say something else now or are about other
-- lines, and those from logs that were read from their beginning just now?
-- Tables: found_warning (kind VARCHAR, machine VARCHAR, path VARCHAR, file_id BIGINT, text VARCHAR, logs BIGINT[],
--   tell BOOLEAN, lines_hash BIGINT)
-- Tables: read_afresh (file_id BIGINT)
SELECT f.kind, f.machine, f.path, f.file_id, f.text
FROM found_warning f
LEFT JOIN warnings w ON w.kind = f.kind AND w.machine = f.machine AND w.path IS NOT DISTINCT FROM f.path
    AND w.true_until IS NULL
WHERE w.kind IS NULL OR w.text <> f.text OR w.lines_hash IS DISTINCT FROM f.lines_hash OR f.tell
    OR EXISTS (SELECT 1 FROM read_afresh r WHERE list_contains(f.logs, r.file_id))
ORDER BY f.machine, f.kind, f.path
