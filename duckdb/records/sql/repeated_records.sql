-- Which E records were read again, as exact repeats, once for each time that they were? Of the rows of repeats from a
-- first to a last one.
-- Variables: first BIGINT, last BIGINT
SELECT 0::BIGINT AS id, r.machine, f.time_zone, r.file_id, r.line, c.compressed_data, o.source_flags
FROM (SELECT * FROM repeats WHERE rowid BETWEEN getvariable('first') AND getvariable('last')) r
JOIN outcomes o ON o.record_hash = r.record_hash AND o.machine = r.machine AND o.job_id = r.object_id
JOIN outcome_records c ON c.outcome_id = o.id
JOIN log_files f ON f.file_id = r.file_id
