-- Which records stand in hours that autumn repeats, and of which is it not sure which of the two it was?
-- Tables: part_events AS SELECT 'log' AS log, 1::BIGINT AS record, *, time AS hour_begins,
--   3600::BIGINT AS hour_s FROM events
-- Tables: part_jobs AS SELECT 'log' AS log, * FROM outcomes
WITH hour AS (
    SELECT DISTINCT machine, epoch_us(hour_begins) // 1_000_000 AS begins, hour_s FROM part_events
    WHERE hour_begins IS NOT NULL
), near AS (
    SELECT machine, log, line, epoch_us(time) // 1_000_000 AS second, hour_begins IS NOT NULL AS is_undated, type,
           object_id, record_hash
    FROM part_events
    UNION ALL
    SELECT machine, log, line, epoch_us(logged_time) // 1_000_000, false, 'E', job_id, record_hash
    FROM part_jobs
)
SELECT h.machine, h.begins, h.hour_s, n.log, n.line, n.second, n.is_undated, n.type, n.object_id, n.record_hash
FROM hour h JOIN near n ON n.machine = h.machine AND n.second >= h.begins AND n.second < h.begins + 2 * h.hour_s
