-- What did a job hold in each of its runs, and phases of them?
-- Variables: machine VARCHAR, job_id VARCHAR, submit_time TIMESTAMPTZ
SELECT run, phase, kind, start_time, end_time, held_s, walltime_used_s, ncpus, ngpus, nodect, mem_requested_bytes,
       exit_status, ended
FROM job_runs
WHERE machine = getvariable('machine') AND job_id = getvariable('job_id') AND submit_time = getvariable('submit_time')
ORDER BY run, phase
