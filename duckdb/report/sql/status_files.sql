-- What was read of each log, and what became of it?
SELECT machine, name, lines, jobs, superseded, events, repeats, rejects, continuation_lines, failed_values,
       size_bytes, read_bytes, first_time, last_time, time_zone, loaded_at, loaded_by, file, path,
       modified_at, digest, file_id
FROM log_files
ORDER BY machine, name, path
