-- Which events are exact repeats of others? Of all that are the same the first is none.
-- Tables: part_events AS SELECT 'log' AS log, 1::BIGINT AS record, * FROM events
SELECT log, record
FROM (SELECT log, record, row_number() OVER (PARTITION BY machine, time, type, object_id, record_hash
    ORDER BY log, record) AS nth FROM part_events)
WHERE nth > 1
