-- When was each job submitted of which qhist could not tell the hour, where a log tells it? Of several jobs of its id
-- it is the nearest one.
-- Variables: machine VARCHAR
CREATE OR REPLACE TEMP TABLE told_hour AS
SELECT id, job_id, nearest AS submit_time
FROM (
    SELECT q.id, q.job_id, q.submit_time,
           arg_min(o.submit_time, row(abs(epoch(o.submit_time) - epoch(q.submit_time)), o.submit_time)) AS nearest
    FROM outcomes q
    JOIN outcomes o ON o.machine = q.machine AND o.job_id = q.job_id
                   AND abs(epoch(o.submit_time) - epoch(q.submit_time)) <= 7200
    WHERE q.machine = getvariable('machine') AND q.file_id IS NULL AND contains(q.flags, 'repeated_hour')
        AND o.file_id IS NOT NULL
    GROUP BY q.id, q.job_id, q.submit_time)
WHERE nearest <> submit_time
