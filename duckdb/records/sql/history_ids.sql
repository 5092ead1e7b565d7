-- Under which ids do the events of a machine know a number?
-- Variables: machine VARCHAR, number BIGINT
SELECT DISTINCT object_id
FROM events
WHERE (short_id = getvariable('number') OR getvariable('number') IS NULL AND short_id IS NULL)
    AND machine = getvariable('machine')
