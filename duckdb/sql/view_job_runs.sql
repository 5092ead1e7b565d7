-- What did each job hold, from when to when? Most jobs ran once and held the same all the time: their rows are those of
-- jobs. The others are in told_runs: with NOT IN it is these that DuckDB keeps in memory to be looked up; with an ANTI
-- JOIN it may be all the jobs of a queue.
SELECT id, machine, job_id, submit_time, 1::BIGINT AS run, 1::BIGINT AS phase, 'last' AS kind, start_time, end_time,
       greatest((epoch_us(end_time) - epoch_us(start_time)) // 1_000_000,
           CASE WHEN start_time IS NOT NULL THEN 0 END) AS held_s,
       walltime_used_s, ncpus, ngpus, nodect, mem_requested_bytes, exit_status, exit_class AS ended,
       user_name, account, queue
FROM jobs j
WHERE NOT is_array_parent AND id NOT IN (SELECT id FROM told_runs WHERE id IS NOT NULL)
UNION ALL
SELECT id, machine, job_id, submit_time, run, phase, kind, start_time, end_time, held_s,
       walltime_used_s, ncpus, ngpus, nodect, mem_requested_bytes, exit_status, ended, user_name, account, queue
FROM told_runs
