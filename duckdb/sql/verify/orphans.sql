-- What belongs to a job belongs to one that is there.
SELECT 'job_records' AS "table", job_id AS id, count(*) AS rows FROM job_records ANTI JOIN jobs ON jobs.id = job_records.job_id GROUP BY ALL
UNION ALL
SELECT 'job_sources', job_id, count(*) FROM job_sources ANTI JOIN jobs ON jobs.id = job_sources.job_id GROUP BY ALL
UNION ALL
SELECT 'job_nodes', job_id, count(*) FROM job_nodes ANTI JOIN jobs ON jobs.id = job_nodes.job_id GROUP BY ALL
UNION ALL
SELECT 'job_charges', job_id, count(*) FROM job_charges ANTI JOIN jobs ON jobs.id = job_charges.job_id GROUP BY ALL
