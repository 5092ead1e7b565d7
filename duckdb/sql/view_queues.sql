-- Which queues had jobs on which machine, when, and how much did they use?
SELECT machine, queue,
       count(*) AS jobs,
       count(*) FILTER (is_array_parent) AS array_parents,
       min(end_time) AS first_end,
       max(end_time) AS last_end,
       coalesce(sum(walltime_used_s::DOUBLE * ncpus) FILTER (NOT is_array_parent), 0) / 3600 AS cpu_hours
FROM jobs
GROUP BY machine, queue
