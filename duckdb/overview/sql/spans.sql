-- Which local days do the logs of each machine tell of, within those that are asked for?
-- Variables: since DATE, until DATE
WITH told AS (
    SELECT machine, time_zone, greatest((first_time AT TIME ZONE time_zone)::DATE,
           coalesce(getvariable('since'), DATE '0001-01-01')) AS first_day,
           least((last_time AT TIME ZONE time_zone)::DATE,
               coalesce(getvariable('until'), DATE '9999-12-31')) AS last_day
    FROM machines
    WHERE first_time IS NOT NULL
)
SELECT machine, time_zone, first_day, last_day
FROM told
WHERE first_day <= last_day
ORDER BY machine
