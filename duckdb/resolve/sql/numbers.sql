-- By which number is each job known? They are numbered by machine and month, in order of time.
-- Tables: outcomes AS SELECT 'log' AS log, 1::BIGINT AS record, * FROM outcomes
-- Tables: months (machine VARCHAR, year BIGINT, month BIGINT, before BIGINT)
SELECT o.log, o.record, m.before + row_number() OVER (
           PARTITION BY o.machine, o.year, o.month ORDER BY o.ended, o.job_id, o.submit_time
       ) AS id, o.machine, o.job_id, o.submit_time, o.end_time
FROM (
    SELECT log, record, machine, job_id, submit_time, end_time, coalesce(end_time, submit_time) AS ended,
           year(coalesce(end_time, submit_time)) AS year, month(coalesce(end_time, submit_time)) AS month
    FROM outcomes
    WHERE is_job
) o JOIN months m ON m.machine = o.machine AND m.year = o.year AND m.month = o.month
