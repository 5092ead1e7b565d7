-- When did each job end, on which day is that said to be, and in which time zone?
SELECT o.id, o.end_time, o.end_date, f.time_zone
FROM outcomes o
JOIN log_files f ON f.file_id = o.file_id
