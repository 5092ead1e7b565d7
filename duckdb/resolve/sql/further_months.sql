-- Months in which runs ended or events were written, and no job ended, belong to a dataset, too.
INSERT INTO changed_months
SELECT machine, month, (SELECT coalesce(max(change), 0) + 1 FROM changed_months)
FROM (
    SELECT machine, date_trunc('month', make_timestamp(epoch_us(time)))::DATE AS month FROM events
    UNION
    SELECT machine, date_trunc('month', make_timestamp(epoch_us(coalesce(end_time, submit_time))))::DATE FROM job_runs
) m
WHERE month IS NOT NULL AND NOT EXISTS (FROM changed_months c WHERE c.machine = m.machine AND c.month = m.month)
