-- Which rows of jobs can this id mean? any_server is the id with a dot, after which any server may stand; NULL: the id names its
-- server. The machine, and from when and before when it was submitted, may be NULL. number is that of the id, NULL if it is no id of
-- PBS; where it is all that there is (bare), it means an array too if no job has it.
-- Variables: id VARCHAR, any_server VARCHAR, machine VARCHAR, submitted_from TIMESTAMPTZ, submitted_before TIMESTAMPTZ, number BIGINT, bare BOOLEAN
WITH candidate AS (
    SELECT id, machine, job_id, submit_time, job_id = getvariable('id') OR coalesce(starts_with(job_id, getvariable('any_server')), false) AS exact
    FROM jobs
    WHERE (short_id = getvariable('number') OR getvariable('number') IS NULL AND short_id IS NULL)
      AND machine = coalesce(getvariable('machine'), machine)
      AND submit_time >= coalesce(getvariable('submitted_from')::TIMESTAMPTZ, submit_time)
      AND submit_time < coalesce(getvariable('submitted_before')::TIMESTAMPTZ, 'infinity')
)
SELECT id, machine, job_id, submit_time
FROM candidate
WHERE exact OR getvariable('bare') AND getvariable('any_server') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM candidate WHERE exact)
ORDER BY submit_time, machine, job_id
