-- Which warnings hold?
SELECT machine, kind, text, path, first_seen, last_seen, file_id
FROM warnings
WHERE true_until IS NULL
ORDER BY machine, kind, path
