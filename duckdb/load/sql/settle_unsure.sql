-- When was each job submitted of which qhist could not tell the hour, where a log tells it?
-- Variables: machine VARCHAR
CREATE OR REPLACE TEMP TABLE told_hour AS
SELECT q.id, q.job_id, any_value(o.submit_time) AS submit_time
FROM outcomes q
JOIN outcomes o ON o.machine = q.machine AND o.job_id = q.job_id
               AND o.submit_time <> q.submit_time AND abs(epoch(o.submit_time) - epoch(q.submit_time)) <= 7200
WHERE q.machine = getvariable('machine') AND q.file_id IS NULL AND contains(q.flags, 'repeated_hour')
    AND o.file_id IS NOT NULL
GROUP BY q.id, q.job_id
