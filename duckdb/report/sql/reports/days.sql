-- Title: Days
-- Question: Which days are missing, and on which were there no jobs?
-- Definition: Days that the names of logs say (20260131), from the first to the last that there is: a day is missing if
--   no log has its name, and without jobs if its logs have no E record that is a job's row, and qhist told of none.
--   Each row is a stretch of such days; logs of other names tell no gaps.
-- Variables: since DATE, until DATE
-- Chart: days
-- Columns:
--   what: missing, or no jobs
--   first_day: first day of the stretch
--   last_day: last day of it
--   days: how many
WITH gap AS (
    SELECT machine, day, 'missing' AS what
    FROM report_log_days
    WHERE is_missing
    UNION ALL
    SELECT machine, day, 'no jobs'
    FROM report_idle_days
), chosen AS (
    SELECT *, day - row_number() OVER (PARTITION BY machine, what ORDER BY day)::INTEGER AS island
    FROM gap
    WHERE day >= coalesce(getvariable('since'), day) AND day <= coalesce(getvariable('until'), day)
)
SELECT machine, what, min(day) AS first_day, max(day) AS last_day, count(*) AS days
FROM chosen
GROUP BY machine, what, island
ORDER BY machine, first_day, what
