-- Of which jobs, with numbers from a first to a last one or with none, did events tell before this load, of which none
-- arrived in it?
-- Variables: machine VARCHAR, first_number BIGINT, last_number BIGINT, unnumbered BOOLEAN
-- Tables: retold (job_id VARCHAR, short_id BIGINT)
CREATE OR REPLACE TEMP TABLE told_before AS
SELECT DISTINCT e.object_id AS job_id, e.short_id
FROM events e ANTI JOIN retold r ON r.job_id = e.object_id
WHERE list_contains(['R', 'C', 'c', 's', 'z', 'r'], e.type)
  AND (e.short_id BETWEEN getvariable('first_number') AND getvariable('last_number')
      OR getvariable('unnumbered') AND e.short_id IS NULL)
  AND e.machine = getvariable('machine')
