-- Which events are there, each once, and when?
-- Tables: part_events AS SELECT 'log' AS log, 1::BIGINT AS record, * FROM events
-- Tables: repeated_events (log VARCHAR, record BIGINT)
-- Tables: moved_events (machine VARCHAR, type VARCHAR, object_id VARCHAR, record_hash BIGINT, second BIGINT,
--   seconds BIGINT)
SELECT p.* EXCLUDE (time),
       CASE WHEN m.seconds IS NULL THEN p.time
           ELSE make_timestamptz(epoch_us(p.time) + 1_000_000 * m.seconds) END AS time
FROM part_events p ANTI JOIN repeated_events r ON r.log = p.log AND r.record = p.record
LEFT JOIN moved_events m
  ON m.machine = p.machine AND m.type = p.type AND m.object_id = p.object_id AND m.record_hash = p.record_hash
 AND m.second = epoch_us(p.time) // 1_000_000
