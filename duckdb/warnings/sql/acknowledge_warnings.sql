-- The warnings that hold were seen.
UPDATE warnings SET acknowledged_at = now() WHERE true_until IS NULL AND acknowledged_at IS NULL
