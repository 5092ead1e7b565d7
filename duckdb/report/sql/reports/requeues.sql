-- Title: Requeues
-- Question: How much was computed in vain, as jobs were requeued?
-- Definition: Runs that were thrown away (R records) or superseded by another run, and what they held of the machine, against all that was held. A
--   run counts in the days in which it ended.
-- Variables: since DATE, until DATE, entity VARCHAR
-- By: nothing, machine, user, account, facility, queue, queue_group
-- Columns:
--   runs: runs that ended
--   lost_runs: those that were requeued, or superseded by another run
--   lost_jobs: different jobs among them
--   core_hours [h]: cores held times time, of all
--   lost_core_hours [h]: of those that were lost
--   lost_pct [%]: lost of all core-hours
--   unknown: runs that do not say how many cores they held
SELECT r.machine, NULL::DATE AS period, r.entity, count(*) AS runs, count(*) FILTER (lost) AS lost_runs, count(DISTINCT r.id) FILTER (lost) AS lost_jobs,
       coalesce(sum(core_s), 0) / 3600 AS core_hours, coalesce(sum(core_s) FILTER (lost), 0) / 3600 AS lost_core_hours,
       100 * coalesce(sum(core_s) FILTER (lost), 0) / nullif(sum(core_s), 0) AS lost_pct, count(*) - count(core_s) AS unknown
FROM (SELECT *, kind IN ('requeued', 'superseded') AS lost, ncpus::DOUBLE * (end_s - start_s) AS core_s FROM report_runs WHERE kind <> 'running') r
JOIN machines m ON m.machine = r.machine
WHERE r.end_s >= coalesce(epoch_us(getvariable('since')::TIMESTAMP AT TIME ZONE m.time_zone) // 1_000_000, r.end_s)
  AND r.end_s < coalesce(epoch_us((getvariable('until') + 1)::TIMESTAMP AT TIME ZONE m.time_zone) // 1_000_000, r.end_s + 1)
GROUP BY r.machine, r.entity
ORDER BY r.machine, lost_core_hours DESC, r.entity
