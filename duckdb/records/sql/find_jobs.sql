-- Which rows of jobs can this id mean? $1: the whole id. $2: the id with a dot, after which any server may stand; NULL: the
-- id names its server. $3: machine, or NULL. $4, $5: submitted from, and before, or NULL. $6: whether the id is a bare
-- number, which means an array too if no job has it. The condition on its number is filled in as a literal, by which
-- DuckDB skips row groups; by a parameter it does not.
WITH candidate AS (
    SELECT id, machine, job_id, submit_time, job_id = $1 OR coalesce(starts_with(job_id, $2), false) AS exact
    FROM jobs
    WHERE %s
      AND machine = coalesce($3, machine)
      AND submit_time >= coalesce($4::TIMESTAMPTZ, submit_time)
      AND submit_time < coalesce($5::TIMESTAMPTZ, 'infinity')
)
SELECT id, machine, job_id, submit_time
FROM candidate
WHERE exact OR $6 AND $2 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM candidate WHERE exact)
ORDER BY submit_time, machine, job_id
