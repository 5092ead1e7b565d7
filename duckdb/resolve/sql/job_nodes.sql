-- What did jobs hold on each node?
-- Tables: part_nodes (log VARCHAR, record BIGINT, node VARCHAR, ncpus BIGINT, ngpus BIGINT, mem_bytes BIGINT)
-- Tables: numbers AS SELECT 'log' AS log, 1::BIGINT AS record, id, machine, job_id, submit_time, end_time FROM outcomes
SELECT j.id, j.machine, j.job_id, j.submit_time, j.end_time, n.node, n.ncpus, n.ngpus, n.mem_bytes
FROM part_nodes n JOIN numbers j ON j.log = n.log AND j.record = n.record
