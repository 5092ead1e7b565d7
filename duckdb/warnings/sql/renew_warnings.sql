-- Warnings that were found and hold already. One that says something else, or is about other lines, nobody has
-- acknowledged.
-- Tables: found_warning (kind VARCHAR, machine VARCHAR, path VARCHAR, file_id BIGINT, text VARCHAR, logs BIGINT[],
--   tell BOOLEAN, lines_hash BIGINT)
UPDATE warnings
SET last_seen = now(), text = f.text, file_id = f.file_id, lines_hash = f.lines_hash,
    acknowledged_at = CASE WHEN warnings.text = f.text AND warnings.lines_hash IS NOT DISTINCT FROM f.lines_hash
        THEN acknowledged_at END
FROM found_warning f
WHERE f.kind = warnings.kind AND f.machine = warnings.machine AND f.path IS NOT DISTINCT FROM warnings.path
    AND warnings.true_until IS NULL
