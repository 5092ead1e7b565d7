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
WITH earlier AS ( -- phases that others follow, and when their run ended
    SELECT machine, job_id, submit_time, end_time, max(run_end) AS run_end
    FROM (
        SELECT machine, job_id, submit_time, phase, end_time, max(phase) OVER of_run AS last_phase,
               max(end_time) OVER of_run AS run_end
        FROM told_runs
        WINDOW of_run AS (PARTITION BY machine, job_id, submit_time, run))
    WHERE phase < last_phase
    GROUP BY ALL
), phase AS NOT MATERIALIZED ( -- nearly all end their run: they need no join, and what lies outside is not read of them
    SELECT r.*, r.end_time AS run_end FROM report_runs r WHERE r.ends_run AND r.kind <> 'running'
    UNION ALL
    SELECT r.*, e.run_end
    FROM report_runs r JOIN earlier e ON e.machine = r.machine AND e.job_id = r.job_id
        AND e.submit_time = r.submit_time AND e.end_time = r.end_time
    WHERE NOT r.ends_run
), run AS NOT MATERIALIZED (
    SELECT p.machine, p.entity, p.job_id, p.submit_time, p.ends_run, p.kind IN ('requeued', 'superseded') AS lost,
           p.ncpus::DOUBLE * (p.end_s - p.start_s) AS core_s
    FROM phase p JOIN machines m ON m.machine = p.machine
    -- which day it is takes long to tell, and is asked near the first and the last one only
    WHERE (getvariable('since') IS NULL OR p.run_end >= (getvariable('since') - 2)::TIMESTAMPTZ
           AND (p.run_end >= (getvariable('since') + 2)::TIMESTAMPTZ
                OR (p.run_end AT TIME ZONE m.time_zone)::DATE >= getvariable('since')))
      AND (getvariable('until') IS NULL OR p.run_end < (getvariable('until') + 3)::TIMESTAMPTZ
           AND (p.run_end < (getvariable('until') - 1)::TIMESTAMPTZ
                OR (p.run_end AT TIME ZONE m.time_zone)::DATE <= getvariable('until')))
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
