-- Which raw records do the outcomes of these numbers have, and whose are they? Filled in are the first and the last number.
SELECT o.id, o.machine, f.time_zone, o.file_id, o.line, r.compressed_data, o.source_flags
FROM (SELECT id, machine, file_id, line, source_flags FROM outcomes WHERE id BETWEEN %[1]d AND %[2]d) o
JOIN (SELECT outcome_id, compressed_data FROM outcome_records WHERE outcome_id BETWEEN %[1]d AND %[2]d) r ON r.outcome_id = o.id
JOIN log_files f ON f.file_id = o.file_id
