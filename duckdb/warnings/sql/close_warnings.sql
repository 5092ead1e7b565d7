-- Which warnings hold no longer? Of the kinds that find_warnings.sql looks for all that were not found; of others those
-- that were looked for and not found.
-- Tables: found_warning (kind VARCHAR, machine VARCHAR, path VARCHAR, file_id BIGINT, text VARCHAR, logs BIGINT[],
--   tell BOOLEAN, lines_hash BIGINT)
-- Tables: looked_for (kind VARCHAR, machine VARCHAR, path VARCHAR)
UPDATE warnings w SET true_until = now()
WHERE w.true_until IS NULL
  AND (w.kind IN ('time_zone', 'same_day', 'two_machines', 'rejects', 'failed_values', 'waiting', 'unknown_charges')
       OR EXISTS (SELECT 1 FROM looked_for l WHERE l.kind = w.kind AND l.machine = w.machine
           AND l.path IS NOT DISTINCT FROM w.path))
  AND NOT EXISTS (SELECT 1 FROM found_warning f WHERE f.kind = w.kind AND f.machine = w.machine
      AND f.path IS NOT DISTINCT FROM w.path)
