-- What did the jobs hold on each node that are exported?
-- Tables: exported (job_row BIGINT, machine VARCHAR, job_id VARCHAR, submit_time TIMESTAMPTZ, end_time TIMESTAMPTZ)
SELECT e.*, n.* EXCLUDE (job_id), coalesce(e.end_time, e.submit_time) AS ordered_by
FROM exported e JOIN job_nodes n ON n.job_id = e.job_row
