-- What did the jobs hold on each node whose rows stay as they were?
INSERT INTO job_nodes
SELECT *
FROM previous.job_nodes
WHERE job_id NOT IN (SELECT job_id FROM previous.job_records) OR job_id IN (SELECT id FROM unusable)
