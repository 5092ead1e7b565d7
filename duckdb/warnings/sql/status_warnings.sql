-- Which warnings hold? $1: whether those are wanted too that were acknowledged; they come last.
SELECT machine, kind, text, path, first_seen, last_seen, file_id, acknowledged_at
FROM warnings
WHERE true_until IS NULL AND (acknowledged_at IS NULL OR $1)
ORDER BY acknowledged_at IS NOT NULL, machine, kind, path
