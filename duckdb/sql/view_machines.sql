-- Whose logs were read, in which time zone, and what time do they tell of?
SELECT machine, arg_max(time_zone, (coalesce(last_time, '-infinity'::TIMESTAMPTZ), name, path)) AS time_zone,
       min(first_time) AS first_time, max(last_time) AS last_time
FROM log_files
GROUP BY machine
