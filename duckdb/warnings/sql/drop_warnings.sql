-- Which warnings that follow from the tables would not be there, had what was forgotten never been read?
-- Tables: found_warning (kind VARCHAR, machine VARCHAR, path VARCHAR, file_id BIGINT, text VARCHAR, logs BIGINT[],
--   tell BOOLEAN, lines_hash BIGINT)
DELETE FROM warnings
WHERE true_until IS NULL
  AND kind IN ('time_zone', 'same_day', 'two_machines', 'rejects', 'failed_values', 'waiting', 'unknown_charges')
  AND NOT EXISTS (SELECT 1 FROM found_warning f
                  WHERE f.kind = warnings.kind AND f.machine = warnings.machine
                      AND f.path IS NOT DISTINCT FROM warnings.path)
