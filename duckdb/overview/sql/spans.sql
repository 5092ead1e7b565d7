-- Which local days do the logs of each machine tell of, within those that are asked for, and what did it have at most?
-- Variables: since DATE, until DATE
WITH told AS (
    SELECT machine, time_zone, greatest((first_time AT TIME ZONE time_zone)::DATE,
           coalesce(getvariable('since'), DATE '0001-01-01')) AS first_day,
           least((last_time AT TIME ZONE time_zone)::DATE,
               coalesce(getvariable('until'), DATE '9999-12-31')) AS last_day
    FROM machines
    WHERE first_time IS NOT NULL
)
SELECT t.machine, t.time_zone, t.first_day, t.last_day, coalesce(max(c.ncpus), 0), coalesce(max(c.ngpus), 0)
FROM told t LEFT JOIN capacity c
  ON c.machine = t.machine AND coalesce(c.from_date, t.last_day) <= t.last_day
      AND coalesce(c.until_date, t.first_day) >= t.first_day
WHERE t.first_day <= t.last_day
GROUP BY ALL
ORDER BY 1
