-- Which texts do the keys of summed_days stand for? Those of the first job of each row.
-- Variables: first_id BIGINT, last_id BIGINT
-- Tables: summed_days (end_date DATE, machine VARCHAR, user_name VARCHAR, account VARCHAR, queue VARCHAR, jobs BIGINT,
--   array_parents BIGINT, cpu_hours DOUBLE, gpu_hours DOUBLE, memory_hours DOUBLE, cpu_charge DOUBLE,
--   gpu_charge DOUBLE, memory_charge DOUBLE, unknown_charges BIGINT, first_id BIGINT)
INSERT INTO daily_summary
SELECT s.end_date, s.machine, j.user_name, j.account, j.queue,
       s.* EXCLUDE (end_date, machine, user_name, account, queue, first_id)
FROM (SELECT * FROM summed_days WHERE first_id BETWEEN getvariable('first_id') AND getvariable('last_id')) s
JOIN (SELECT id, user_name, account, queue FROM jobs
    WHERE id BETWEEN getvariable('first_id') AND getvariable('last_id')) j ON j.id = s.first_id
