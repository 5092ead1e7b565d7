-- Which E records were read besides those that the rows of jobs come from? Superseded ones, which events has whole, and exact
-- repeats of either, once for each time that they were read.
SELECT 0::BIGINT AS job_id, e.machine, f.time_zone, e.file_id, NULL::BLOB AS compressed_data, e.raw, e.flags
FROM events e JOIN log_files f USING (file_id)
WHERE e.is_superseded
UNION ALL
SELECT 0, r.machine, f.time_zone, r.file_id, NULL, e.raw, e.flags
FROM repeats r
JOIN events e ON e.record_hash = r.record_hash AND e.machine = r.machine AND e.object_id = r.object_id
JOIN log_files f ON f.file_id = r.file_id
WHERE e.is_superseded
UNION ALL
SELECT 0, r.machine, f.time_zone, r.file_id, c.compressed_data, NULL, s.flags
FROM repeats r
JOIN job_sources s ON s.record_hash = r.record_hash
JOIN jobs j ON j.id = s.job_id AND j.machine = r.machine AND j.job_id = r.object_id
JOIN job_records c ON c.job_id = j.id
JOIN log_files f ON f.file_id = r.file_id
