-- Which raw records do the outcomes of these numbers have, and whose are they?
-- Variables: first BIGINT, last BIGINT
SELECT o.id, o.machine, f.time_zone, o.file_id, o.line, r.compressed_data, o.source_flags
FROM (SELECT id, machine, file_id, line, source_flags FROM outcomes
    WHERE id BETWEEN getvariable('first') AND getvariable('last')) o
JOIN (SELECT outcome_id, compressed_data FROM outcome_records
    WHERE outcome_id BETWEEN getvariable('first') AND getvariable('last')) r ON r.outcome_id = o.id
JOIN log_files f ON f.file_id = o.file_id
