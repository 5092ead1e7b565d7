-- Of which local days is there a log, and which are missing between the first and the last of a machine's? The names of
-- logs say it (20260131); of other names nothing is known.
WITH named AS (
    SELECT DISTINCT l.machine, try_strptime(l.name, '%Y%m%d')::DATE AS day
    FROM log_files l JOIN machines m ON m.machine = l.machine
    WHERE regexp_full_match(l.name, '\d{8}') AND try_strptime(l.name, '%Y%m%d') IS NOT NULL
)
SELECT machine, day, false AS is_missing
FROM named
UNION ALL
SELECT d.machine, d.day, true
FROM (
    SELECT machine, first_day + unnest(range(date_diff('day', first_day, last_day) + 1))::INTEGER AS day
    FROM (SELECT machine, min(day) AS first_day, max(day) AS last_day FROM named GROUP BY machine)) d
ANTI JOIN named n ON n.machine = d.machine AND n.day = d.day
