-- Title: Charges
-- Question: What were jobs charged?
-- Definition: Hours by the site's rules, times the factor of the quality of service (job_charges), of jobs that ended in the period. Charges that
--   are not known are counted, and are in no sum.
-- Variables: period VARCHAR, entity VARCHAR
-- By: account of jobs
-- Chart: cpu_charge
-- Columns:
--   jobs: jobs that ended, without array parents
--   cpu_charge [h]: core-hours charged, times the factor
--   gpu_charge [h]: GPU-hours charged, times the factor
--   memory_charge [GiB h]: memory-hours charged, times the factor
--   unknown: jobs of which one of them is not known
SELECT j.machine, j.period, j.entity, count(*) AS jobs, coalesce(sum(c.cpu_hours * c.qos_factor), 0) AS cpu_charge,
       coalesce(sum(c.gpu_hours * c.qos_factor), 0) AS gpu_charge, coalesce(sum(c.memory_hours * c.qos_factor), 0) AS memory_charge,
       count(*) - count(c.cpu_hours * c.gpu_hours * c.memory_hours * c.qos_factor) AS unknown
FROM report_jobs j LEFT JOIN job_charges c ON c.job_id = j.id
GROUP BY j.machine, j.period, j.entity
ORDER BY j.machine, j.period, cpu_charge DESC, j.entity
