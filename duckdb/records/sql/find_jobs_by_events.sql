-- Which jobs, of those that have no row yet, can this id mean, by their events? any_server is the id with a dot, after
-- which any server may stand; NULL: the id names its server. The machine, and from when and before when it was
-- submitted, may be NULL. number is that of the id, NULL if it is no id of PBS; where it is all that there is (bare),
-- it means an array too if no job has it.
-- Variables: id VARCHAR, any_server VARCHAR, machine VARCHAR, submitted_from TIMESTAMPTZ, submitted_before TIMESTAMPTZ
-- Variables: number BIGINT, bare BOOLEAN
WITH candidate AS (
    SELECT machine, object_id AS job_id, submit_time, object_id = getvariable('id')
           OR coalesce(starts_with(object_id, getvariable('any_server')), false) AS exact
    FROM events
    WHERE (short_id = getvariable('number') OR getvariable('number') IS NULL AND short_id IS NULL)
      AND machine = coalesce(getvariable('machine'), machine)
      AND (submit_time IS NULL OR submit_time >= coalesce(getvariable('submitted_from')::TIMESTAMPTZ, submit_time)
                              AND submit_time < coalesce(getvariable('submitted_before')::TIMESTAMPTZ, 'infinity'))
)
SELECT DISTINCT 0 AS id, machine, job_id, submit_time
FROM candidate
WHERE exact OR getvariable('bare') AND getvariable('any_server') IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM candidate WHERE exact)
QUALIFY submit_time IS NOT NULL OR max(submit_time) OVER (PARTITION BY machine, job_id) IS NULL
ORDER BY submit_time, machine, job_id
