-- What do the nodes of each kind have, and how full are they? No job held them for longer than there are logs.
-- Variables: machine VARCHAR
-- Tables: node_kinds (node VARCHAR, kind VARCHAR)
WITH span AS (
    SELECT greatest(1, date_diff('second', min(start_time), max(end_time))) AS s FROM jobs
    WHERE machine = getvariable('machine')
), held AS (
    SELECT k.kind, n.node, n.ncpus, coalesce(n.ngpus, 0) AS ngpus, coalesce(n.mem_bytes, 0) AS mem_bytes,
           least(coalesce(j.walltime_used_s, 0), span.s)::DOUBLE AS s, contains(coalesce(j.place, ''), 'excl') AS alone
    FROM job_nodes n JOIN node_kinds k USING (node) JOIN jobs j ON j.id = n.job_id, span
    WHERE j.machine = getvariable('machine') AND n.ncpus > 0
), sized AS (
    SELECT kind, count(DISTINCT node) AS nodes, max(ncpus) AS cores, max(ngpus) AS gpus,
           greatest(max(mem_bytes),
                    try_cast(max(ncpus) * quantile_cont(mem_bytes / ncpus, 0.9) AS BIGINT)) AS mem_bytes,
           avg(alone::INTEGER) >= 0.5 AS alone
    FROM held
    GROUP BY kind
)
SELECT z.kind, any_value(z.nodes) AS nodes, any_value(z.cores) AS cores, any_value(z.gpus) AS gpus,
       any_value(z.mem_bytes) AS mem_bytes,
       any_value(z.alone) OR avg(h.ncpus / z.cores) >= 0.95 AS whole,
       coalesce(sum(h.s / z.nodes) / any_value(span.s), 0) AS of_nodes,
       coalesce(greatest(sum(h.s * h.ncpus / z.nodes / z.cores), sum(h.s * h.ngpus / z.nodes / nullif(z.gpus, 0)),
                         sum(h.s * (h.mem_bytes / nullif(z.mem_bytes, 0)) / z.nodes)) / any_value(span.s),
                             0) AS of_shares
FROM held h JOIN sized z USING (kind), span
GROUP BY z.kind
ORDER BY nodes DESC, z.kind
