-- Which jobs' rows have which raw records? Filled in are the columns of jobs, the first and the last
-- number.
SELECT %[1]s, r.compressed_data, s.logged_time, s.record_hash, f.time_zone, s.flags, s.attributes
FROM (SELECT * FROM jobs WHERE id BETWEEN %[2]d AND %[3]d) j
JOIN (SELECT * FROM job_records WHERE job_id BETWEEN %[2]d AND %[3]d) r ON r.job_id = j.id
JOIN (SELECT * FROM job_sources WHERE job_id BETWEEN %[2]d AND %[3]d) s ON s.job_id = j.id
JOIN log_files f ON f.file_id = s.file_id
