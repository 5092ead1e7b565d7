-- Which jobs of a machine ended in a span of time? Those of unknown end were submitted in it.
-- Variables: machine VARCHAR, since TIMESTAMPTZ, before TIMESTAMPTZ
SELECT id AS job_row, machine, job_id, submit_time, end_time
FROM jobs
WHERE machine = getvariable('machine') AND end_time >= getvariable('since') AND end_time < getvariable('before')
UNION ALL
SELECT id, machine, job_id, submit_time, end_time
FROM jobs
WHERE machine = getvariable('machine') AND end_time IS NULL AND submit_time >= getvariable('since')
    AND submit_time < getvariable('before')
