-- Which jobs can this id mean, by their events: of those that have no row yet all, or, where others have one (open),
-- those that were queued, started or requeued since? any_server is the id with a dot, after which any server may stand;
-- NULL: the id names its server. The machine, and from when and before when it was submitted, may be NULL. number is
-- that of the id, NULL if it is no id of PBS; where it is all that there is (bare), it means an array too if no job has
-- it. Some elements of an array (14[1-3]) are no job.
-- Variables: id VARCHAR, any_server VARCHAR, machine VARCHAR, submitted_from TIMESTAMPTZ, submitted_before TIMESTAMPTZ
-- Variables: number BIGINT, bare BOOLEAN, open BOOLEAN
WITH told AS (
    SELECT machine, object_id AS job_id, submit_time, time, type
    FROM events
    WHERE (short_id = getvariable('number') OR getvariable('number') IS NULL AND short_id IS NULL)
      AND machine = coalesce(getvariable('machine'), machine)
      AND NOT regexp_matches(object_id, '\[\d+[^\d\]]')
), living AS (
    SELECT t.machine, t.job_id, t.time,
           coalesce(t.submit_time, min(t.time) FILTER (t.type = 'Q') OVER (PARTITION BY t.machine, t.job_id))
               AS submit_time
    FROM told t
    ANTI JOIN (
        FROM outcomes
        WHERE short_id = getvariable('number') OR getvariable('number') IS NULL AND short_id IS NULL) ended
      ON ended.machine = t.machine AND ended.job_id = t.job_id AND ended.logged_time >= t.time
        AND ended.submit_time >= coalesce(t.submit_time, make_timestamptz(0))
    WHERE getvariable('open') AND list_contains(['Q', 'S', 'T', 'R', 'C'], t.type)
), candidate AS (
    SELECT machine, job_id, submit_time, job_id = getvariable('id')
           OR coalesce(starts_with(job_id, getvariable('any_server')), false) AS exact
    FROM (
        SELECT machine, job_id, submit_time FROM told WHERE NOT getvariable('open')
        UNION ALL
        SELECT machine, job_id, submit_time FROM living)
    WHERE submit_time IS NULL OR submit_time >= coalesce(getvariable('submitted_from')::TIMESTAMPTZ, submit_time)
        AND submit_time < coalesce(getvariable('submitted_before')::TIMESTAMPTZ, 'infinity')
)
SELECT DISTINCT 0 AS id, machine, job_id, submit_time
FROM candidate
WHERE exact OR getvariable('bare') AND getvariable('any_server') IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM candidate WHERE exact)
QUALIFY submit_time IS NOT NULL OR max(submit_time) OVER (PARTITION BY machine, job_id) IS NULL
ORDER BY submit_time, machine, job_id
