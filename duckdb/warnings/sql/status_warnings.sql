-- Which warnings hold? Those that were acknowledged come last, if they are wanted too.
-- Variables: acknowledged BOOLEAN
SELECT machine, kind, text, path, first_seen, last_seen, file_id, acknowledged_at
FROM warnings
WHERE true_until IS NULL AND (acknowledged_at IS NULL OR getvariable('acknowledged'))
ORDER BY acknowledged_at IS NOT NULL, machine, kind, path
