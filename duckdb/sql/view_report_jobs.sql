-- Which jobs do reports look at, and what do the session's variables make of them? DuckDB puts the variables in when it
-- plans a question, and only what is asked for is reckoned.
-- Variables: period VARCHAR, entity VARCHAR, wait_kind VARCHAR, size VARCHAR
SELECT j.* EXCLUDE (waited_s, measure),
       CASE getvariable('period')::VARCHAR
           WHEN 'day' THEN j.end_date
           WHEN 'week' THEN date_trunc('week', j.end_date)::DATE
           WHEN 'month' THEN j.end_date - (day(j.end_date) - 1)::INTEGER -- date_trunc takes four times as long
           WHEN 'quarter' THEN date_trunc('quarter', j.end_date)::DATE
           WHEN 'year' THEN j.end_date - (dayofyear(j.end_date) - 1)::INTEGER
       END AS period,
       CASE getvariable('entity')::VARCHAR
           WHEN 'machine' THEN j.machine
           WHEN 'user' THEN j.user_name
           WHEN 'group' THEN j.group_name
           WHEN 'account' THEN j.account
           WHEN 'project' THEN j.project
           WHEN 'facility' THEN facility_of(j.account)
           WHEN 'queue' THEN j.queue
           WHEN 'queue_group' THEN queue_group_of(j.queue)
           WHEN 'priority' THEN j.priority
           WHEN 'name' THEN j.name
           WHEN 'exit_class' THEN j.exit_class
           WHEN 'exit_status' THEN j.exit_status::VARCHAR
           WHEN 'cpu_type' THEN j.cpu_type
           WHEN 'gpu_type' THEN j.gpu_type
       END AS entity,
       CASE WHEN j.waited_s >= 0 THEN j.waited_s END AS wait_s,
       CASE WHEN j.measure > 0 THEN ceil(log2(j.measure))::BIGINT WHEN j.measure = 0 THEN -1 END AS size_class,
       CASE
           WHEN j.walltime_used_s < 0 THEN NULL::BIGINT
           WHEN j.walltime_used_s < 30 THEN 0
           WHEN j.walltime_used_s < 1_800 THEN 1
           WHEN j.walltime_used_s < 3_600 THEN 2
           WHEN j.walltime_used_s < 18_000 THEN 3
           WHEN j.walltime_used_s < 43_200 THEN 4
           WHEN j.walltime_used_s < 64_800 THEN 5
           WHEN j.walltime_used_s >= 64_800 THEN 6
       END AS time_class,
       j.ncpus::DOUBLE * j.walltime_used_s AS core_s,
       j.nodect::DOUBLE * j.walltime_used_s AS node_s,
       coalesce(j.ngpus, 0)::DOUBLE * j.walltime_used_s AS gpu_s
FROM (
    SELECT *, CASE coalesce(getvariable('wait_kind')::VARCHAR, 'eligible')
               WHEN 'eligible' THEN eligible_wait_s
               WHEN 'queued' THEN (epoch_us(start_time) - epoch_us(became_eligible_time)) // 1_000_000
               WHEN 'total' THEN (epoch_us(start_time) - epoch_us(submit_time)) // 1_000_000
           END AS waited_s,
           CASE coalesce(getvariable('size')::VARCHAR, 'nodes')
               WHEN 'all' THEN 0
               WHEN 'nodes' THEN nodect
               WHEN 'cpus' THEN ncpus
               WHEN 'gpus' THEN coalesce(ngpus, 0)
               WHEN 'memory' THEN ceil(mem_requested_bytes / 1_073_741_824)
               WHEN 'memory_used' THEN ceil(mem_used_bytes / 1_073_741_824)
               WHEN 'memory_per_rank'
                   THEN CASE WHEN mpiprocs > 0 THEN ceil(mem_used_bytes / (mpiprocs::DOUBLE * 1_073_741_824)) END
           END AS measure
    FROM jobs
    WHERE NOT is_array_parent
) j
