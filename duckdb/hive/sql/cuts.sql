-- Where does a span of time of a machine have to be cut, so that in each part there are as many jobs, or events?
-- Variables: machine VARCHAR, since TIMESTAMPTZ, before TIMESTAMPTZ, parts BIGINT, by_events BOOLEAN
SELECT min(instant) AS cut
FROM (
    SELECT instant, ntile(getvariable('parts')) OVER (ORDER BY instant) AS part
    FROM (
        SELECT end_time AS instant FROM jobs
        WHERE NOT getvariable('by_events') AND machine = getvariable('machine') AND end_time >= getvariable('since')
            AND end_time < getvariable('before')
        UNION ALL
        SELECT time FROM events
        WHERE getvariable('by_events') AND machine = getvariable('machine') AND time >= getvariable('since')
            AND time < getvariable('before')
    )
)
WHERE part > 1
GROUP BY part
ORDER BY cut
