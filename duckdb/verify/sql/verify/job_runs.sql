-- The runs of a job don't overlap, its last run has one row or more and gives the job's own figures, and the phases of
-- a run follow each other. Jobs that told_runs does not have give the view their own rows: these are not asked.
WITH several AS (
    SELECT *, lag(end_time) OVER w AS before, lag(run) OVER w AS run_before, lag(phase) OVER w AS phase_before
    FROM job_runs SEMI JOIN told_runs USING (machine, job_id, submit_time)
    WINDOW w AS (PARTITION BY machine, job_id, submit_time ORDER BY run, phase)
)
SELECT 'it begins before the one before ends' AS problem, id, machine, job_id, submit_time, run, phase
FROM several
WHERE start_time < before
UNION ALL
SELECT 'it does not follow the phase before', id, machine, job_id, submit_time, run, phase
FROM several
WHERE CASE WHEN run = run_before THEN phase <> phase_before + 1 OR start_time <> before ELSE phase <> 1
    OR run <> coalesce(run_before, 0) + 1 END
UNION ALL
SELECT 'the last run differs from the job', j.id, j.machine, j.job_id, j.submit_time, NULL, NULL
FROM (SELECT * FROM jobs WHERE NOT is_array_parent AND id IN (SELECT id FROM told_runs)) j
FULL JOIN (
    SELECT id, min(start_time) AS start_time, max(end_time) AS end_time, sum(walltime_used_s) AS walltime_used_s,
           min(ncpus) FILTER (phase = 1) AS ncpus, min(ngpus) FILTER (phase = 1) AS ngpus,
           min(nodect) FILTER (phase = 1) AS nodect,
           min(mem_requested_bytes) FILTER (phase = 1) AS mem_requested_bytes, min(exit_status) AS exit_status,
           count(DISTINCT run) AS runs
    FROM told_runs
    WHERE kind = 'last'
    GROUP BY id
) r ON r.id = j.id
WHERE ROW(r.start_time, r.end_time, r.walltime_used_s, r.ncpus, r.ngpus, r.nodect, r.mem_requested_bytes,
    r.exit_status, r.runs)
      IS DISTINCT FROM
      ROW(j.start_time, j.end_time, j.walltime_used_s, j.ncpus, j.ngpus, j.nodect,
          j.mem_requested_bytes, j.exit_status, 1)
