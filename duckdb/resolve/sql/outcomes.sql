-- Which E records are the rows of their jobs?
-- Tables: records AS SELECT 'log' AS log, 1::BIGINT AS record, * FROM outcomes
-- Tables: ranked (id BIGINT, machine VARCHAR, job_id VARCHAR, submit_time TIMESTAMPTZ, is_best BOOLEAN)
SELECT r.* EXCLUDE (is_job), b.id IS NULL AS is_job
FROM records r LEFT JOIN (SELECT id, machine, job_id, submit_time FROM ranked WHERE NOT is_best) b
  ON b.machine = r.machine AND b.job_id = r.job_id AND b.submit_time = r.submit_time AND b.id = r.id
