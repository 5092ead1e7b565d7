-- Which machines are there logs or jobs of, and in which time zone was the latest log of each read? NULL if there is no
-- log.
SELECT machine, any_value(time_zone) AS time_zone
FROM (
    SELECT machine, time_zone FROM machines
    UNION ALL -- by one column only DuckDB groups much faster
    SELECT machine, NULL FROM (SELECT DISTINCT machine FROM outcomes))
GROUP BY machine
ORDER BY machine
