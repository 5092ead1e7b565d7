-- Which kinds of nodes has a machine? Those whose names begin alike, with GPUs or without; the few others together. How
-- much a node of the kind has, is the most that a job had of one; how full they were is told by what jobs held, for the
-- time of the logs.
-- Variables: machine VARCHAR
WITH nodes AS (
    SELECT n.node, regexp_replace(n.node, '[0-9].*$', '') || CASE WHEN max(n.ngpus) > 0 THEN ' gpu' ELSE '' END AS stem,
           max(n.ngpus) > 0 AS has_gpus
    FROM job_nodes n JOIN jobs j ON j.id = n.job_id
    WHERE j.machine = getvariable('machine')
    GROUP BY n.node
), stems AS (
    SELECT stem, count(*) AS nodes, row_number() OVER (ORDER BY count(*) DESC, stem) AS place FROM nodes GROUP BY stem
)
SELECT n.node, CASE WHEN s.nodes >= 3 AND s.place <= 8 THEN s.stem WHEN n.has_gpus THEN 'others gpu'
       ELSE 'others' END AS kind
FROM nodes n JOIN stems s USING (stem)
