-- In which months did jobs run, as the runs of a dataset are parted?
SELECT id AS job_row,
       machine || ' ' || strftime(make_timestamp(epoch_us(coalesce(end_time, submit_time))), '%Y-%m') AS month
FROM job_runs
WHERE coalesce(end_time, submit_time) IS NOT NULL
