-- Which events were written in the second of two hours, by how many seconds later than part_events says? Whoever runs
-- this puts the rows there: a program that goes through hour_records in the order of the logs, and of lines, tells it.
-- Tables: hour_records (machine VARCHAR, type VARCHAR, object_id VARCHAR, record_hash BIGINT, second BIGINT,
--   hour_s BIGINT)
SELECT machine, type, object_id, record_hash, second, hour_s AS seconds
FROM hour_records
WHERE false
