-- What belongs to an outcome or to a job belongs to one that is there.
SELECT 'outcome_records' AS "table", outcome_id AS id, count(*) AS rows FROM outcome_records
       ANTI JOIN outcomes ON outcomes.id = outcome_records.outcome_id GROUP BY ALL
UNION ALL
SELECT 'outcome_nodes', outcome_id, count(*) FROM outcome_nodes
       ANTI JOIN outcomes ON outcomes.id = outcome_nodes.outcome_id GROUP BY ALL
UNION ALL
SELECT 'job_charges', job_id, count(*) FROM job_charges ANTI JOIN jobs ON jobs.id = job_charges.job_id GROUP BY ALL
