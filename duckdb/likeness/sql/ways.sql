-- When are a machine's jobs submitted, by how many users, and how do they end? Lists of weights.
-- Variables: machine VARCHAR, least_users BIGINT
WITH its AS (
    SELECT coalesce(max(time_zone), 'UTC') AS zone FROM machines WHERE machine = getvariable('machine')
), mine AS (
    SELECT *, timezone(its.zone, submit_time) AS local FROM jobs, its WHERE machine = getvariable('machine')
           AND NOT is_array_parent
), hours AS (
    SELECT h.hour, count(m.local) AS jobs FROM range(24) h(hour)
    LEFT JOIN mine m ON hour(m.local) = h.hour GROUP BY h.hour
), logged AS ( -- the first and the last day, if the logs tell of half of them
    SELECT timezone(any_value(its.zone), min(first_time)) AS first,
           timezone(any_value(its.zone), max(last_time)) AS last
    FROM log_files, its WHERE machine = getvariable('machine')
), span AS (
    SELECT unnest(generate_series(CASE WHEN hour(first) < 12 THEN first::DATE ELSE first::DATE + 1 END,
                                  CASE WHEN hour(last) >= 12 THEN last::DATE ELSE last::DATE - 1 END,
                                  INTERVAL 1 DAY))::DATE AS day
    FROM logged
), weeks AS (
    SELECT isodow(day) AS day, count(*) AS days FROM span GROUP BY ALL
), submitted AS (
    SELECT isodow(local) AS day, count(*) AS jobs FROM mine WHERE local::DATE IN (SELECT day FROM span) GROUP BY ALL
), days AS ( -- those of which there is no log are as the mean of the others; all are alike if there is no whole day
    SELECT d.day, coalesce(round(1000 * coalesce(s.jobs / w.days, CASE WHEN w.days > 0 THEN 0 END,
           (SELECT sum(jobs) / (SELECT count(*) FROM span) FROM submitted))
                                 / ((SELECT sum(jobs) / (SELECT count(*) FROM span) FROM submitted))),
                                     1000)::BIGINT AS jobs
    FROM range(1, 8) d(day) LEFT JOIN weeks w USING (day) LEFT JOIN submitted s USING (day)
), users AS (
    SELECT count(*) AS jobs FROM mine GROUP BY user_name ORDER BY jobs DESC LIMIT 2000
), exits AS (
    SELECT exit_status, count(*) AS jobs FROM mine WHERE exit_status IS NOT NULL
    GROUP BY exit_status HAVING count(DISTINCT user_name) >= getvariable('least_users') OR exit_status < 0
    ORDER BY jobs DESC, exit_status LIMIT 40
)
SELECT (SELECT list(jobs ORDER BY hour) FROM hours) AS hours, (SELECT list(jobs ORDER BY day) FROM days) AS weekdays,
       (SELECT list(jobs ORDER BY jobs DESC) FROM users) AS users,
       (SELECT list(exit_status ORDER BY jobs DESC, exit_status) FROM exits) AS statuses,
       (SELECT list(jobs ORDER BY jobs DESC, exit_status) FROM exits) AS of_statuses,
       (SELECT count(*) FROM mine) AS jobs, (SELECT greatest(1, count(DISTINCT end_date)) FROM mine
           WHERE end_date IN (SELECT day FROM span)) AS days,
       (SELECT count(select_spec) FROM mine) AS selects, (SELECT count(eligible_wait_s) FROM mine) AS waits
