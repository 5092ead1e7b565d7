-- What do the jobs of a machine's days in a span of time add up to? Days that are unknown stand at 1970-01-01.
-- Variables: machine VARCHAR, since TIMESTAMPTZ, before TIMESTAMPTZ
SELECT *, coalesce(day, DATE '1970-01-01') AS ordered_by
FROM daily_summary
WHERE machine = getvariable('machine')
  AND (day >= make_timestamp(epoch_us(getvariable('since')))::DATE
      AND day < make_timestamp(epoch_us(getvariable('before')))::DATE
       OR day IS NULL AND getvariable('since') <= TIMESTAMPTZ '1970-01-01 00:00:00Z'
           AND getvariable('before') > TIMESTAMPTZ '1970-01-01 00:00:00Z')
