-- Title: Requeues
-- Question: How much was computed in vain, as jobs were requeued?
-- Definition: Runs that were thrown away (R records) or superseded by another run, and what they held of the machine,
--   against all that was held. A run counts in the days in which it ended.
-- Variables: since DATE, until DATE, entity VARCHAR
-- By: nothing, machine, user, account, facility, queue, queue_group
-- Chart: lost_core_hours
-- Columns:
--   runs: runs that ended
--   lost_runs: those that were requeued, or superseded by another run
--   lost_jobs: different jobs among them
--   core_hours [h]: cores held times time, of all
--   lost_core_hours [h]: of those that were lost
--   lost_pct [%]: lost of all core-hours
--   unknown: runs, or phases of them, that do not say how many cores they held
WITH run AS NOT MATERIALIZED (
    SELECT r.machine, r.entity, r.job_id, r.submit_time, r.ends_run, r.kind IN ('requeued', 'superseded') AS lost,
           r.ncpus::DOUBLE * (r.end_s - r.start_s) AS core_s
    FROM report_runs r JOIN machines m ON m.machine = r.machine
    WHERE r.kind <> 'running' -- which day it is takes long to tell, and is asked near the first and the last one only
      AND (getvariable('since') IS NULL OR r.end_time >= (getvariable('since') - 2)::TIMESTAMPTZ
           AND (r.end_time >= (getvariable('since') + 2)::TIMESTAMPTZ
                OR (r.end_time AT TIME ZONE m.time_zone)::DATE >= getvariable('since')))
      AND (getvariable('until') IS NULL OR r.end_time < (getvariable('until') + 3)::TIMESTAMPTZ
           AND (r.end_time < (getvariable('until') - 1)::TIMESTAMPTZ
                OR (r.end_time AT TIME ZONE m.time_zone)::DATE <= getvariable('until')))
), ended AS (
    SELECT machine, entity, count(*) FILTER (ends_run) AS runs, count(*) FILTER (lost AND ends_run) AS lost_runs,
           coalesce(sum(core_s), 0) / 3600 AS core_hours,
           coalesce(sum(core_s) FILTER (lost), 0) / 3600 AS lost_core_hours,
           100 * coalesce(sum(core_s) FILTER (lost), 0) / nullif(sum(core_s), 0) AS lost_pct,
           count(*) - count(core_s) AS unknown
    FROM run
    GROUP BY machine, entity
), thrown AS ( -- few are, so that these are counted by themselves
    SELECT machine, entity, count(DISTINCT (job_id, submit_time)) AS jobs FROM run WHERE lost GROUP BY machine, entity
)
SELECT e.machine, NULL::DATE AS period, e.entity, e.runs, e.lost_runs, coalesce(t.jobs, 0) AS lost_jobs, e.core_hours,
       e.lost_core_hours, e.lost_pct, e.unknown
FROM ended e LEFT JOIN thrown t ON t.machine = e.machine AND t.entity IS NOT DISTINCT FROM e.entity
ORDER BY e.machine, e.lost_core_hours DESC, e.entity
