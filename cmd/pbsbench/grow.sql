-- What would the tables hold if the logs had come once more, some days later? So a large database is made of a small
-- one: its rows again, under other numbers. Local days go by as many days, whatever the clock does. Raw records and
-- checks of rows are not copied, and sums by day have to be made anew.
-- Variables: copy BIGINT, days BIGINT, ids BIGINT, files BIGINT, numbers BIGINT
CREATE OR REPLACE TEMP MACRO later(instant) AS
    make_timestamptz(epoch_us(instant) + getvariable('copy') * getvariable('days') * 86_400_000_000);
CREATE OR REPLACE TEMP MACRO renumbered(number) AS number + getvariable('copy') * getvariable('numbers');
CREATE OR REPLACE TEMP MACRO renamed(job_id, number) AS CASE WHEN number IS NULL THEN job_id
    ELSE renumbered(number)::VARCHAR || job_id[length(number::VARCHAR) + 1:] END;

INSERT INTO outcomes
SELECT * REPLACE (id + getvariable('copy') * getvariable('ids') AS id, renamed(job_id, short_id) AS job_id,
       renumbered(short_id) AS short_id, later(submit_time) AS submit_time, later(queued_time) AS queued_time,
       later(became_eligible_time) AS became_eligible_time, later(start_time) AS start_time,
       later(end_time) AS end_time, end_date + (getvariable('copy') * getvariable('days'))::INTEGER AS end_date,
       later(logged_time) AS logged_time, file_id + getvariable('copy') * getvariable('files') AS file_id)
FROM outcomes
WHERE id <= getvariable('ids');

INSERT INTO outcome_nodes
SELECT * REPLACE (outcome_id + getvariable('copy') * getvariable('ids') AS outcome_id)
FROM outcome_nodes
WHERE outcome_id <= getvariable('ids');

INSERT INTO job_charges
SELECT * REPLACE (job_id + getvariable('copy') * getvariable('ids') AS job_id)
FROM job_charges
WHERE job_id <= getvariable('ids');

INSERT INTO told_runs
SELECT * REPLACE (id + getvariable('copy') * getvariable('ids') AS id,
       renamed(job_id, regexp_extract(job_id, '^\d+')::BIGINT) AS job_id,
       later(submit_time) AS submit_time, later(start_time) AS start_time, later(end_time) AS end_time)
FROM told_runs
WHERE id <= getvariable('ids');

INSERT INTO events
SELECT * REPLACE (later(time) AS time, renamed(object_id, short_id) AS object_id, renumbered(short_id) AS short_id,
       later(submit_time) AS submit_time, later(queued_time) AS queued_time,
       later(became_eligible_time) AS became_eligible_time, later(start_time) AS start_time,
       later(end_time) AS end_time, file_id + getvariable('copy') * getvariable('files') AS file_id)
FROM events
WHERE file_id <= getvariable('files');

INSERT INTO log_files
SELECT * REPLACE (file_id + getvariable('copy') * getvariable('files') AS file_id,
       later(first_time) AS first_time, later(last_time) AS last_time,
       strftime(strptime(name, '%Y%m%d') + to_days((getvariable('copy') * getvariable('days'))::INTEGER),
           '%Y%m%d') AS name,
       path || '.' || getvariable('copy') AS path, file || '.' || getvariable('copy') AS file)
FROM log_files
WHERE file_id <= getvariable('files')
