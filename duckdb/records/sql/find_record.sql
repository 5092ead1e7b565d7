-- Which blob holds an outcome's raw record, and where was that read?
-- Variables: id BIGINT
SELECT r.compressed_data, f.file, o.line, f.time_zone, o.source_flags
FROM (SELECT * FROM outcome_records WHERE outcome_id = getvariable('id')) r
LEFT JOIN (SELECT file_id, line, source_flags FROM outcomes WHERE id = getvariable('id')) o ON true
LEFT JOIN log_files f ON f.file_id = o.file_id
LIMIT 1
