-- What does the Standard Workload Format ask of a machine's jobs? Array parents held nothing, and are none. What is
-- unknown is -1, and so is what does not fit into 64 bits.
-- Variables: machine VARCHAR
SELECT j.id, epoch(j.submit_time)::BIGINT AS submitted_s,
       CASE WHEN j.start_time >= j.submit_time THEN date_diff('second', j.submit_time, j.start_time)
           ELSE -1 END AS wait_s,
       CASE WHEN j.end_time >= j.start_time THEN date_diff('second', j.start_time, j.end_time)
           ELSE coalesce(j.walltime_used_s, -1) END AS run_s,
       coalesce(nullif(coalesce(n.ncpus, j.ncpus), 0), -1) AS processors,
       coalesce(try_cast(round(j.cpu_time_s / nullif(coalesce(n.ncpus, j.ncpus), 0)) AS BIGINT), -1) AS cpu_s,
       coalesce(round(j.mem_used_bytes / 1024 / nullif(coalesce(n.ncpus, j.ncpus), 0))::BIGINT, -1) AS memory_kb,
       coalesce(nullif(j.ncpus, 0), -1) AS processors_asked, coalesce(j.walltime_requested_s, -1) AS run_asked_s,
       coalesce(round(j.mem_requested_bytes / 1024 / nullif(j.ncpus, 0))::BIGINT, -1) AS memory_asked_kb,
       CASE WHEN j.exit_status = 0 THEN 1 WHEN j.exit_status IN (265, 271) THEN 5 WHEN j.exit_status IS NOT NULL THEN 0
           ELSE -1 END::BIGINT AS status,
       j.user_name, j.group_name, j.name, j.queue, epoch(coalesce(j.end_time, j.submit_time))::BIGINT AS ended_s
FROM jobs j LEFT JOIN (
    SELECT job_id, CASE WHEN count(ncpus) = count(*) THEN try_cast(sum(ncpus) AS BIGINT) END AS ncpus
    FROM job_nodes GROUP BY job_id
) n ON n.job_id = j.id
WHERE j.machine = getvariable('machine') AND NOT j.is_array_parent
