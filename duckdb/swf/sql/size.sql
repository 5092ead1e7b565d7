-- How large is a machine? By its capacity, where that is told: the most that it had; else as many nodes and CPUs as its
-- jobs were seen on.
-- Variables: machine VARCHAR
SELECT coalesce(max(c.nodes), any_value(seen.nodes)) AS nodes,
       coalesce(max(c.ncpus), any_value(seen.ncpus)) AS processors,
       max(c.ncpus) IS NULL AS is_seen
FROM (SELECT count(*) AS nodes, try_cast(sum(ncpus) AS BIGINT) AS ncpus
      FROM (SELECT n.node, max(n.ncpus) AS ncpus FROM job_nodes n JOIN jobs j ON j.id = n.job_id
          WHERE j.machine = getvariable('machine') GROUP BY n.node)) seen
LEFT JOIN capacity c ON c.machine = getvariable('machine')
