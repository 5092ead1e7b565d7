-- When did each job end, on which day is that said to be, and in which time zone?
SELECT j.id, j.end_time, j.end_date, f.time_zone
FROM jobs j
JOIN job_sources s ON s.job_id = j.id
JOIN log_files f ON f.file_id = s.file_id
