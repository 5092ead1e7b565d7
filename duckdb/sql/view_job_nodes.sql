-- What did jobs hold on each node?
SELECT outcome_id AS job_id, node, ncpus, ngpus, mem_bytes
FROM outcome_nodes
WHERE is_job
