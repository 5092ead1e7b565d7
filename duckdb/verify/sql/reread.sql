-- Which outcomes have which raw records?
-- Variables: first BIGINT, last BIGINT
SELECT o.*, r.compressed_data, f.time_zone
FROM (SELECT * FROM outcomes WHERE id BETWEEN getvariable('first') AND getvariable('last')) o
JOIN (SELECT * FROM outcome_records WHERE outcome_id BETWEEN getvariable('first') AND getvariable('last')) r
    ON r.outcome_id = o.id
JOIN log_files f ON f.file_id = o.file_id
