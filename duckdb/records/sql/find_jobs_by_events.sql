-- Which jobs, of those that have no row yet, can this id mean, by their events? The parameters are those of find_jobs.sql.
WITH candidate AS (
    SELECT machine, object_id AS job_id, submit_time, object_id = $1 OR coalesce(starts_with(object_id, $2), false) AS exact
    FROM events
    WHERE %s
      AND machine = coalesce($3, machine)
      AND (submit_time IS NULL OR submit_time >= coalesce($4::TIMESTAMPTZ, submit_time)
                              AND submit_time < coalesce($5::TIMESTAMPTZ, 'infinity'))
)
SELECT DISTINCT 0 AS id, machine, job_id, submit_time
FROM candidate
WHERE exact OR $6 AND $2 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM candidate WHERE exact)
QUALIFY submit_time IS NOT NULL OR max(submit_time) OVER (PARTITION BY machine, job_id) IS NULL
ORDER BY submit_time, machine, job_id
