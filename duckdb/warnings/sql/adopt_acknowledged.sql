-- A warning that says the same as one that was acknowledged in another database was seen. $1 to $5: kind, machine, path, text and
-- lines of that one. $6: when it was acknowledged.
UPDATE warnings SET acknowledged_at = $6
WHERE true_until IS NULL AND acknowledged_at IS NULL AND kind = $1 AND machine = $2 AND path IS NOT DISTINCT FROM $3 AND text = $4
  AND lines_hash IS NOT DISTINCT FROM $5
