-- Whose logs are in the database, how many, and what time do they tell of?
SELECT m.machine, m.time_zone, count(*) AS logs, m.first_time, m.last_time
FROM machines m JOIN log_files l ON l.machine = m.machine
GROUP BY ALL
ORDER BY m.machine
