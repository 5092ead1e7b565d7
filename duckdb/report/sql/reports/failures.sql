-- Title: Failures
-- Question: How do jobs end, and what is lost by it?
-- Definition: Jobs that ended, by exit class and exit status; shares are those of the machine and period. ok is 0; what
--   PBS, a limit or a signal ended has a class of its own (pbsduck schema jobs). Jobs whose record has no exit status
--   are a row without one.
-- Variables: period VARCHAR, entity VARCHAR
-- By: nothing of jobs
-- Chart: jobs
-- Columns:
--   exit_class: how the job ended. NULL: not known
--   exit_status: PBS's exit status. NULL: not known
--   jobs: jobs that ended so; of an array its elements, not the array as a whole
--   jobs_pct [%]: share of the machine's and period's
--   users: different users
--   core_hours [h]: CPUs asked for times walltime used
--   core_hours_pct [%]: share of the machine's and period's
WITH personal AS ( -- so that a user is counted without a list of all jobs
    SELECT machine, period, entity, exit_class, exit_status, user_name, count(*) AS jobs, sum(core_s) AS core_s
    FROM report_jobs
    GROUP BY ALL
), ended AS MATERIALIZED (
    SELECT machine, period, entity, exit_class, exit_status, sum(jobs)::BIGINT AS jobs,
           count(DISTINCT user_name) AS users,
           coalesce(sum(core_s), 0) AS core_s
    FROM personal
    GROUP BY ALL
)
SELECT machine, period, entity, exit_class, exit_status, jobs, 100 * jobs / sum(jobs) OVER whole AS jobs_pct, users,
       core_s / 3600 AS core_hours,
       100 * core_s / nullif(sum(core_s) OVER whole, 0) AS core_hours_pct
FROM ended
WINDOW whole AS (PARTITION BY machine, period)
ORDER BY machine, period, entity, jobs DESC, exit_class, exit_status
