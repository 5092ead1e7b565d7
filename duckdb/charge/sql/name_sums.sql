-- Which texts do the keys of summed_days stand for? Those of the first job of each row. Filled in are the first and the last of the
-- jobs that are looked at, by number.
INSERT INTO daily_summary
SELECT s.end_date, s.machine, j.user_name, j.account, j.queue, s.* EXCLUDE (end_date, machine, user_name, account, queue, first_id)
FROM (SELECT * FROM summed_days WHERE first_id BETWEEN %[1]d AND %[2]d) s
JOIN (SELECT id, user_name, account, queue FROM jobs WHERE id BETWEEN %[1]d AND %[2]d) j ON j.id = s.first_id
