-- Which events did a machine's server write in a span of time?
-- Variables: machine VARCHAR, since TIMESTAMPTZ, before TIMESTAMPTZ
SELECT *, time AS ordered_by
FROM events
WHERE machine = getvariable('machine') AND time >= getvariable('since') AND time < getvariable('before')
