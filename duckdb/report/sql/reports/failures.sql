-- Title: Failures
-- Question: How do jobs end, and what is lost by it?
-- Definition: Jobs that ended, by exit class and exit status; shares are those of the machine and period. ok is 0; what PBS, a limit or a
--   signal ended has a class of its own (pbsduck schema jobs). Jobs whose record has no exit status are a row without one.
-- Variables: period VARCHAR, entity VARCHAR
-- By: nothing of jobs
-- Chart: jobs
-- Columns:
--   exit_class: how the job ended. NULL: not known
--   exit_status: PBS's exit status. NULL: not known
--   jobs: jobs that ended so, without array parents
--   jobs_pct [%]: share of the machine's and period's
--   users: different users
--   core_hours [h]: CPUs asked for times walltime used
--   core_hours_pct [%]: share of the machine's and period's
SELECT machine, period, entity, exit_class, exit_status, count(*) AS jobs,
       100 * count(*) / sum(count(*)) OVER whole AS jobs_pct, count(DISTINCT user_name) AS users, coalesce(sum(core_s), 0) / 3600 AS core_hours,
       100 * coalesce(sum(core_s), 0) / nullif(sum(sum(core_s)) OVER whole, 0) AS core_hours_pct
FROM report_jobs
GROUP BY machine, period, entity, exit_class, exit_status
WINDOW whole AS (PARTITION BY machine, period)
ORDER BY machine, period, entity, jobs DESC, exit_class, exit_status
