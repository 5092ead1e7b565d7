-- Which machines are there logs or jobs of, and in which time zone was the log of a machine read that holds its latest record? NULL if there is no log.
SELECT machine, max_by(time_zone, (coalesce(last_time, 'epoch'::TIMESTAMPTZ), file_id)) AS time_zone
FROM (SELECT machine, time_zone, last_time, file_id FROM log_files
      UNION ALL SELECT DISTINCT machine, NULL, NULL, NULL FROM outcomes)
GROUP BY machine
ORDER BY machine
