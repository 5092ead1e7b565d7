-- Which outcomes have which raw records? Filled in are the columns of outcomes, the first and the last number.
SELECT %[1]s, r.compressed_data, f.time_zone
FROM (SELECT * FROM outcomes WHERE id BETWEEN %[2]d AND %[3]d) o
JOIN (SELECT * FROM outcome_records WHERE outcome_id BETWEEN %[2]d AND %[3]d) r ON r.outcome_id = o.id
JOIN log_files f ON f.file_id = o.file_id
