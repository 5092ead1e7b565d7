-- A warning that says the same as one that was acknowledged in another database was seen.
-- Variables: kind VARCHAR, machine VARCHAR, path VARCHAR, text VARCHAR, lines_hash BIGINT, acknowledged_at TIMESTAMPTZ
UPDATE warnings SET acknowledged_at = getvariable('acknowledged_at')
WHERE true_until IS NULL AND acknowledged_at IS NULL AND kind = getvariable('kind') AND machine = getvariable('machine')
    AND path IS NOT DISTINCT FROM getvariable('path') AND text = getvariable('text')
  AND lines_hash IS NOT DISTINCT FROM getvariable('lines_hash')
