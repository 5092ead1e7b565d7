-- Of which local days do the logs tell, from when to when, and to which periods do they belong, by the session's
-- variables? The logs' beginning and end cut the first and the last one.
-- Variables: since DATE, until DATE, period VARCHAR
WITH day AS (
    SELECT machine, time_zone, first_s, last_s,
           first_day + unnest(range(date_diff('day', first_day, last_day) + 1))::INTEGER AS day
    FROM (
        SELECT machine, time_zone, epoch_us(first_time) // 1_000_000 AS first_s,
               epoch_us(last_time) // 1_000_000 AS last_s,
               greatest((first_time AT TIME ZONE time_zone)::DATE, getvariable('since')::DATE) AS first_day,
               least((last_time AT TIME ZONE time_zone)::DATE, getvariable('until')::DATE) AS last_day
        FROM machines
        WHERE last_time > first_time)
), cut AS ( -- DuckDB takes the later of two midnights, if the clock is set back to it
    SELECT machine, day,
           greatest(first_s, CASE WHEN (make_timestamptz((begins - 3600)
               * 1_000_000) AT TIME ZONE time_zone)::DATE = day THEN begins - 3600 ELSE begins END) AS begins,
           least(last_s, CASE WHEN (make_timestamptz((ends - 3600) * 1_000_000) AT TIME ZONE time_zone)::DATE > day
               THEN ends - 3600 ELSE ends END) AS ends
    FROM (
        SELECT *, epoch_us(day::TIMESTAMP AT TIME ZONE time_zone) // 1_000_000 AS begins,
               epoch_us((day + 1)::TIMESTAMP AT TIME ZONE time_zone) // 1_000_000 AS ends
        FROM day)
)
SELECT machine, day,
       CASE getvariable('period')::VARCHAR
           WHEN 'day' THEN day
           WHEN 'week' THEN date_trunc('week', day)::DATE
           WHEN 'month' THEN date_trunc('month', day)::DATE
           WHEN 'quarter' THEN date_trunc('quarter', day)::DATE
           WHEN 'year' THEN date_trunc('year', day)::DATE
       END AS period,
       begins, ends
FROM cut
WHERE ends > begins
