-- Which runs of a machine's jobs ended in a span of time? Those of unknown end are of jobs that were submitted in it.
-- Variables: machine VARCHAR, since TIMESTAMPTZ, before TIMESTAMPTZ
SELECT id AS job_row, * EXCLUDE (id), end_time AS ordered_by
FROM job_runs
WHERE machine = getvariable('machine') AND end_time >= getvariable('since') AND end_time < getvariable('before')
UNION ALL
SELECT id AS job_row, * EXCLUDE (id), submit_time AS ordered_by
FROM job_runs
WHERE machine = getvariable('machine') AND end_time IS NULL AND submit_time >= getvariable('since')
    AND submit_time < getvariable('before')
