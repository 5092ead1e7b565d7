-- What did each job hold, from when to when? Most jobs ran once and held the same all the time: their rows are those of
-- jobs. The others are in told_runs: by NOT IN always these are what is kept in memory and looked up, and not all the
-- jobs of a queue, as it may be with an ANTI JOIN.
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
