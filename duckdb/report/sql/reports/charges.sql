-- Title: Charges
-- Question: What were jobs charged?
-- Definition: Hours by the site's rules, times the factor of the quality of service (job_charges), of jobs that ended
--   in the period. Charges that are not known are counted, and are in no sum.
-- Variables: period VARCHAR, entity VARCHAR, only_days BOOLEAN, first_day DATE, last_day DATE
-- By: account of jobs
-- Chart: cpu_charge
-- Columns:
--   jobs: jobs that ended; of an array its elements, not the array as a whole
--   cpu_charge [h]: core-hours charged, times the factor
--   gpu_charge [h]: GPU-hours charged, times the factor
--   memory_charge [GiB h]: memory-hours charged, times the factor
--   unknown: jobs of which one of them is not known
WITH charged AS (
    -- days are added up already; who asks for more than machines and days, or by more than days tell, needs the jobs
    SELECT machine, CASE getvariable('period') WHEN 'day' THEN day WHEN 'week' THEN date_trunc('week', day)::DATE
                        WHEN 'month' THEN date_trunc('month', day)::DATE
                        WHEN 'quarter' THEN date_trunc('quarter', day)::DATE
                        WHEN 'year' THEN date_trunc('year', day)::DATE END AS period,
           CASE getvariable('entity') WHEN 'machine' THEN machine WHEN 'user' THEN user_name WHEN 'account' THEN account
               WHEN 'facility' THEN facility_of(account) WHEN 'queue' THEN queue
               WHEN 'queue_group' THEN queue_group_of(queue) END AS entity,
           jobs - array_parents AS jobs, cpu_charge, gpu_charge, memory_charge, unknown_charges AS unknown
    FROM daily_summary
    WHERE coalesce(getvariable('only_days') AND coalesce(getvariable('entity'), 'machine')
        IN ('machine', 'user', 'account', 'facility', 'queue', 'queue_group'), false)
      AND machine IN (SELECT machine FROM machines)
      AND (getvariable('first_day') IS NULL OR day >= getvariable('first_day'))
      AND (getvariable('last_day') IS NULL OR day <= getvariable('last_day'))
    UNION ALL
    SELECT j.machine, j.period, j.entity, 1, c.cpu_hours * c.qos_factor, c.gpu_hours * c.qos_factor,
           c.memory_hours * c.qos_factor,
           CASE WHEN c.cpu_hours * c.gpu_hours * c.memory_hours * c.qos_factor IS NULL THEN 1 ELSE 0 END
    FROM report_jobs j LEFT JOIN job_charges c ON c.job_id = j.id
    WHERE NOT coalesce(getvariable('only_days') AND coalesce(getvariable('entity'), 'machine')
        IN ('machine', 'user', 'account', 'facility', 'queue', 'queue_group'), false)
)
SELECT machine, period, entity, sum(jobs)::BIGINT AS jobs, coalesce(sum(cpu_charge), 0) AS cpu_charge,
       coalesce(sum(gpu_charge), 0) AS gpu_charge,
       coalesce(sum(memory_charge), 0) AS memory_charge, sum(unknown)::BIGINT AS unknown
FROM charged
GROUP BY machine, period, entity
HAVING sum(jobs) > 0
ORDER BY machine, period, cpu_charge DESC, entity
