-- Title: Energy
-- Question: How much energy did jobs use?
-- Definition: Jobs that ended and whose energy was counted; the others are counted as unknown. It reads the site's own
--   column energy_j, in joules (docs/configuration.md, examples/ncar.toml); where there is none, nothing is known. 1
--   kWh is 3,600,000 J.
-- Variables: period VARCHAR, entity VARCHAR
-- By: account of jobs
-- Needs: energy_j
-- Chart: energy_kwh
-- Columns:
--   jobs: jobs whose energy is known
--   unknown: jobs whose energy is not known
--   energy_kwh [kWh]: energy that they used
--   mean_kwh [kWh]: energy of a job
--   mean_power_w [W]: energy of walltime used: what all nodes of a job draw together
--   kwh_per_node_hour [kWh/h]: energy of node-hours
SELECT machine, period, entity, count(joules) AS jobs, count(*) - count(joules) AS unknown,
       sum(joules) / 3.6e6 AS energy_kwh,
       sum(joules) / count(joules) / 3.6e6 AS mean_kwh,
       sum(CASE WHEN walltime_used_s > 0 THEN joules END) -- quicker than FILTER
           / nullif(sum(CASE WHEN joules IS NOT NULL THEN walltime_used_s END), 0) AS mean_power_w,
       sum(CASE WHEN node_s > 0 THEN joules END) / 1000
           / nullif(sum(CASE WHEN joules IS NOT NULL THEN node_s END), 0) AS kwh_per_node_hour
FROM (SELECT NULL::DOUBLE AS energy_j) otherwise, -- the name means this one where jobs have no such column
     LATERAL (SELECT machine, period, entity, walltime_used_s, node_s, energy_j::DOUBLE AS joules FROM report_jobs)
GROUP BY machine, period, entity
ORDER BY machine, period, energy_kwh DESC NULLS LAST, entity
