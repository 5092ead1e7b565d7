-- What sorts of jobs are there? Jobs that ask for the same are one sort, if there are ten of three users; else those
-- that ask for as much in the same queue; else those of the queue; else all that are left, if they are so many.
-- Variables: machine VARCHAR, least_jobs BIGINT, least_users BIGINT
-- Tables: node_kinds (node VARCHAR, kind VARCHAR)
WITH held AS (
    SELECT n.job_id, mode(k.kind) AS kind, count(DISTINCT n.node) AS nodes, try_cast(sum(n.ncpus) AS BIGINT) AS ncpus,
           try_cast(sum(n.ngpus) AS BIGINT) AS ngpus
    FROM job_nodes n JOIN node_kinds k USING (node) JOIN jobs j ON j.id = n.job_id
    WHERE j.machine = getvariable('machine')
    GROUP BY n.job_id
), queues AS (
    SELECT queue FROM jobs
    WHERE machine = getvariable('machine') AND regexp_full_match(queue, '[A-Za-z0-9][A-Za-z0-9_.-]{0,30}')
    GROUP BY queue
    HAVING count(*) >= getvariable('least_jobs') AND count(DISTINCT user_name) >= getvariable('least_users')
), asked AS (
    SELECT coalesce(q.queue, 'other') AS queue, h.kind, h.nodes, coalesce(h.ncpus, j.ncpus) AS ncpus,
           coalesce(h.ngpus, j.ngpus, 0) AS ngpus,
           coalesce(j.mem_requested_bytes // 1048576, 0) AS mem_mb, j.walltime_requested_s AS asked_s,
           j.walltime_used_s AS used_s, j.user_name,
           j.mpiprocs, j.ompthreads, j.cpu_percent, j.mem_used_bytes / nullif(j.mem_requested_bytes, 0) AS memory_used
    FROM jobs j JOIN held h ON h.job_id = j.id LEFT JOIN queues q ON q.queue = j.queue
    WHERE j.machine = getvariable('machine') AND NOT j.is_array_parent AND j.walltime_requested_s > 0
        AND j.walltime_used_s >= 0
), first AS (
    SELECT *, count(*) OVER (PARTITION BY queue, kind, nodes, ncpus, ngpus, mem_mb, asked_s) AS alike FROM asked
), exact AS (
    SELECT queue, kind, nodes, ncpus, ngpus, mem_mb, asked_s FROM first
    WHERE alike >= getvariable('least_jobs')
    GROUP BY ALL
    HAVING count(DISTINCT user_name) >= getvariable('least_users')
    ORDER BY count(*) DESC, queue, kind, nodes, ncpus, ngpus, mem_mb, asked_s LIMIT 250
), large AS (
    SELECT queue, kind, nodes, ncpus, ngpus
    FROM first f ANTI JOIN exact e USING (queue, kind, nodes, ncpus, ngpus, mem_mb, asked_s)
    GROUP BY ALL
    HAVING count(*) >= getvariable('least_jobs') AND count(DISTINCT user_name) >= getvariable('least_users')
    ORDER BY count(*) DESC, queue, kind, nodes, ncpus, ngpus LIMIT 150
), queued AS (
    SELECT queue, kind
    FROM first f ANTI JOIN exact e USING (queue, kind, nodes, ncpus, ngpus, mem_mb, asked_s)
    ANTI JOIN large l USING (queue, kind, nodes, ncpus, ngpus)
    GROUP BY ALL
    HAVING count(*) >= getvariable('least_jobs') AND count(DISTINCT user_name) >= getvariable('least_users')
), sorted AS (
    SELECT f.*, CASE WHEN e.queue IS NOT NULL
           THEN concat_ws('|', 1, f.queue, f.kind, f.nodes, f.ncpus, f.ngpus, f.mem_mb, f.asked_s)
                     WHEN l.queue IS NOT NULL THEN concat_ws('|', 2, f.queue, f.kind, f.nodes, f.ncpus, f.ngpus)
                     WHEN q.queue IS NOT NULL THEN concat_ws('|', 3, f.queue, f.kind)
                     ELSE '4' END AS cell
    FROM first f
    LEFT JOIN exact e USING (queue, kind, nodes, ncpus, ngpus, mem_mb, asked_s)
    LEFT JOIN large l USING (queue, kind, nodes, ncpus, ngpus)
    LEFT JOIN queued q USING (queue, kind)
)
SELECT cell, CASE WHEN cell = '4' THEN 'other' ELSE any_value(queue) END AS queue, mode(kind) AS kind,
       quantile_disc(nodes, 0.5) AS nodes,
       quantile_disc(ncpus, 0.5) AS ncpus, quantile_disc(ngpus, 0.5) AS ngpus, quantile_disc(mem_mb, 0.5) AS mem_mb,
       count(*) AS jobs, quantile_disc(asked_s,
           [0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95]) AS asked_s,
       quantile_cont(least(used_s, asked_s),
           [0.005, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.995])::BIGINT[] AS used_s,
       coalesce(quantile_disc(mpiprocs, 0.5), 0) AS ranks, coalesce(quantile_disc(ompthreads, 0.5), 0) AS threads,
       coalesce(quantile_cont(cpu_percent / ncpus, 0.5), 80)::BIGINT AS load,
       coalesce(quantile_cont(memory_used, 0.1) * 100, 5)::BIGINT AS memory_from,
       coalesce(quantile_cont(memory_used, 0.9) * 100, 80)::BIGINT AS memory_to
FROM sorted
WHERE ncpus > 0
GROUP BY cell
HAVING count(*) >= getvariable('least_jobs') AND count(DISTINCT user_name) >= getvariable('least_users')
ORDER BY jobs DESC, cell
