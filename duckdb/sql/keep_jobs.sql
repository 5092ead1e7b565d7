-- Which jobs have no raw record that gives their row? Their rows stay as they were. Filled in are the columns that they have.
INSERT INTO jobs (%[1]s)
SELECT %[1]s
FROM previous.jobs
WHERE id NOT IN (SELECT job_id FROM previous.job_records) OR id IN (SELECT id FROM unusable)
