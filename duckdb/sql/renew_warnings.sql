-- Warnings that were found and hold already.
UPDATE warnings SET last_seen = now(), text = f.text, file_id = f.file_id
FROM found_warning f
WHERE f.kind = warnings.kind AND f.machine = warnings.machine AND f.path IS NOT DISTINCT FROM warnings.path AND warnings.true_until IS NULL
