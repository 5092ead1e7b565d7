-- Which months did a transaction touch, and what is the number of the change? It is the time, in microseconds, so that
-- it is no other change's, also after an older state of the database was put back.
-- Tables: touched_day (machine VARCHAR, end_date DATE, utc_day DATE)
-- Tables: touched_month (machine VARCHAR, month DATE)
SELECT machine, month, (SELECT greatest(epoch_us(now()), max(change) + 1) FROM changed_months) AS change
FROM (
    SELECT machine, month FROM touched_month
    UNION
    SELECT machine, date_trunc('month', coalesce(end_date, DATE '1970-01-01'))::DATE FROM touched_day
    UNION
    SELECT machine, date_trunc('month', utc_day)::DATE FROM touched_day
)
