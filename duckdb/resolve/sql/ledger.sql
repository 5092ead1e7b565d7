-- Which logs were read? What a ledger says besides is not known of logs that were parsed apart.
-- Tables: part_logs (log VARCHAR, machine VARCHAR, name VARCHAR, time_zone VARCHAR, bytes BIGINT, lines BIGINT,
--   jobs BIGINT, events BIGINT, rejects BIGINT, failed_values BIGINT, first_time TIMESTAMPTZ, last_time TIMESTAMPTZ)
INSERT INTO log_files BY NAME
SELECT row_number() OVER (ORDER BY machine, name, log) AS file_id, machine, name, log AS path, log AS file,
       bytes AS size_bytes, bytes AS read_bytes,
       '' AS digest, lines, jobs, 0 AS superseded, events, 0 AS repeats, rejects, 0 AS continuation_lines,
       0 AS records_check, failed_values,
       0 AS zone_fits, 0 AS zone_misfits, first_time, last_time, time_zone, now() AS loaded_at, 'resolve' AS loaded_by
FROM part_logs
