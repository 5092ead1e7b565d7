-- Which raw records do the jobs of these numbers have, and whose are they? Filled in are the first and the last number.
SELECT r.job_id, j.machine, f.time_zone, s.file_id, r.compressed_data, NULL::BLOB AS raw, s.flags
FROM (SELECT id, machine FROM jobs WHERE id BETWEEN %[1]d AND %[2]d) j
JOIN (SELECT job_id, compressed_data FROM job_records WHERE job_id BETWEEN %[1]d AND %[2]d) r ON r.job_id = j.id
JOIN (SELECT job_id, file_id, flags FROM job_sources WHERE job_id BETWEEN %[1]d AND %[2]d) s ON s.job_id = j.id
JOIN log_files f ON f.file_id = s.file_id
