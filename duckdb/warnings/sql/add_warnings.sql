-- Warnings that were found and do not hold yet.
-- Tables: found_warning (kind VARCHAR, machine VARCHAR, path VARCHAR, file_id BIGINT, text VARCHAR, logs BIGINT[],
--   tell BOOLEAN, lines_hash BIGINT)
INSERT INTO warnings
SELECT f.kind, f.machine, f.path, f.file_id, f.text, now(), now(), NULL, f.lines_hash, NULL
FROM found_warning f
WHERE NOT EXISTS (SELECT 1 FROM warnings w
                  WHERE w.kind = f.kind AND w.machine = f.machine AND w.path IS NOT DISTINCT FROM f.path
                      AND w.true_until IS NULL)
