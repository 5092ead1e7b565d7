-- What did a job hold on which nodes?
-- Variables: id BIGINT
SELECT node, ncpus, ngpus, mem_bytes
FROM job_nodes
WHERE job_id = getvariable('id')
ORDER BY node
