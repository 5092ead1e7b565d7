-- How many jobs did a machine have in a span of time, and how many events?
-- Variables: machine VARCHAR, since TIMESTAMPTZ, before TIMESTAMPTZ
SELECT (SELECT count(*) FROM jobs WHERE machine = getvariable('machine') AND end_time >= getvariable('since')
       AND end_time < getvariable('before')) AS jobs,
       (SELECT count(*) FROM events WHERE machine = getvariable('machine') AND time >= getvariable('since')
           AND time < getvariable('before')) AS events
