-- Which queues had jobs on which machine, when, and how much did they use?
SELECT machine, queue,
       count(*) AS jobs,
       min(end_time) AS first_end,
       max(end_time) AS last_end,
       coalesce(sum(walltime_used_s * ncpus), 0) / 3600.0 AS cpu_hours
FROM jobs
WHERE NOT is_array_parent
GROUP BY machine, queue
