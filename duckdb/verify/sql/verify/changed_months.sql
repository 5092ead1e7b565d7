-- The months of all jobs, runs, events and days are listed in changed_months.
SELECT has.what, has.machine, has.month, count(*) AS days
FROM (
    SELECT DISTINCT 'jobs' AS what, machine, make_timestamp(epoch_us(coalesce(end_time, submit_time)))::DATE AS day,
           date_trunc('month', day)::DATE AS month FROM jobs
    UNION ALL
    SELECT DISTINCT 'runs', machine, make_timestamp(epoch_us(coalesce(end_time, submit_time)))::DATE AS day,
           date_trunc('month', day)::DATE FROM told_runs
    UNION ALL
    SELECT DISTINCT 'events', machine, make_timestamp(epoch_us(time))::DATE AS day,
           date_trunc('month', day)::DATE FROM events
    UNION ALL
    SELECT DISTINCT 'days', machine, day, coalesce(date_trunc('month', day)::DATE, DATE '1970-01-01') FROM daily_summary
) has
ANTI JOIN changed_months c ON c.machine = has.machine AND c.month = has.month
GROUP BY ALL
