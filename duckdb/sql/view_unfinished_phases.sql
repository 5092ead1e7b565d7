-- What do the jobs hold that run at the end of what the logs tell, from when to when, and what do those ask for that
-- wait? A job that runs holds what it was given at its start, until c and s records say what it holds from then on, and
-- while it is suspended nothing of what it gives back: phases as in job_runs, of which the last one goes on.
WITH mark AS ( -- c and s records name the run that they are of by its start, z and r records lie in it
    SELECT machine, object_id AS job_id, start_time AS first_start, start_time AS last_start, time, type,
           NULL AS suspends, struct_pack(ncpus, ngpus, nodect) AS held, NULL AS given
    FROM events
    WHERE list_contains(['c', 's'], type) AND submit_time IS NOT NULL
      AND time >= (SELECT make_timestamptz(epoch_us(min(last_time)) - 3_456_000_000_000) FROM machines)
    UNION ALL
    SELECT machine, job_id, make_timestamptz(0), time, time, CASE WHEN suspends THEN 'z' ELSE 'r' END, suspends, NULL,
           struct_pack(gives_ncpus, gives_ngpus)
    FROM suspensions
    WHERE time >= (SELECT make_timestamptz(epoch_us(min(last_time)) - 3_456_000_000_000) FROM machines)
), marked AS (
    SELECT u.machine, u.job_id, u.state, u.name, u.user_name, u.group_name, u.account, u.project, u.queue,
           u.submit_time, u.start_time, u.since_time, u.walltime_requested_s,
           struct_pack(u.ncpus, u.ngpus, u.nodect) AS begun,
           m.time, m.suspends, m.held AS left_held, m.given,
           row_number() OVER (PARTITION BY u.machine, u.job_id
               ORDER BY m.time, m.type, m.held.ncpus DESC NULLS FIRST, m.held.nodect DESC NULLS FIRST,
                   m.held.ngpus DESC NULLS FIRST) AS number,
           lag(m.suspends, 1, false) OVER (PARTITION BY u.machine, u.job_id, m.suspends IS NULL ORDER BY m.time)
               AS suspended
    FROM unfinished_jobs u LEFT JOIN mark m ON m.machine = u.machine AND m.job_id = u.job_id
        AND m.first_start <= u.start_time AND m.last_start >= u.start_time -- NULL while it waits
), phase AS ( -- that of the start stands in front of the first mark
    SELECT *, unnest(range(CASE number WHEN 1 THEN 0 ELSE number END,
               CASE WHEN time IS NULL THEN 1 ELSE number + 1 END)) AS place
    FROM marked
), told AS (
    SELECT *, CASE place WHEN 0 THEN start_time ELSE time END AS begin_time,
           CASE place WHEN 0 THEN begun ELSE left_held END AS told_held,
           CASE WHEN place > 0 THEN suspends END AS turn
    FROM phase
    WHERE place = 0 OR suspends IS NULL OR suspends != suspended -- told once more
), since AS ( -- what the latest record said that says what is held, and the latest that it was suspended
    SELECT *, max(CASE WHEN told_held IS NOT NULL THEN struct_pack(place, told_held) END) OVER until AS latest,
           max(CASE WHEN turn THEN struct_pack(place, given, begin_time) END) OVER until AS halt,
           max(CASE WHEN NOT turn THEN place ELSE -1 END) OVER until AS resumed,
           lead(begin_time) OVER (PARTITION BY machine, job_id ORDER BY place) AS end_time
    FROM told
    WINDOW until AS (PARTITION BY machine, job_id ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
)
SELECT machine, job_id, CASE WHEN suspended_time IS NULL THEN state ELSE 'suspended' END AS state,
       name, user_name, group_name, account, project, queue, submit_time, start_time AS run_start_time,
       begin_time AS start_time, end_time, suspended_time, coalesce(suspended_time, since_time) AS since_time,
       CASE WHEN gone.gives_ncpus AND held.ncpus > 0 THEN 0 ELSE held.ncpus END AS ncpus, -- NULL stays NULL
       CASE WHEN gone.gives_ngpus AND held.ngpus > 0 THEN 0 ELSE held.ngpus END AS ngpus,
       CASE WHEN gone.gives_ncpus AND (gone.gives_ngpus OR coalesce(held.ngpus, 0) = 0) AND held.nodect > 0 THEN 0
            ELSE held.nodect END AS nodect,
       walltime_requested_s
FROM (
    SELECT *, latest.told_held AS held, CASE WHEN halt.place > resumed THEN halt.given END AS gone,
           CASE WHEN halt.place > resumed THEN halt.begin_time END AS suspended_time
    FROM since)
