-- What is known of a job that has a row: what it asked for, used and is charged, how much of what it asked for that is,
-- and its waits? Efficiency is CPU time of cpus x walltime used, memory used of memory asked for, walltime used of
-- walltime asked for.
-- Variables: id BIGINT
SELECT d.*, r.charged_over,
       CASE WHEN NOT d.is_array_parent AND d.ncpus > 0 AND d.walltime_used_s > 0
           THEN 100.0 * d.cpu_time_s / (d.ncpus::DOUBLE * d.walltime_used_s) END AS cpu_efficiency_percent,
       CASE WHEN d.mem_requested_bytes > 0
           THEN 100.0 * d.mem_used_bytes / d.mem_requested_bytes END AS memory_efficiency_percent,
       CASE WHEN d.walltime_requested_s > 0
           THEN 100.0 * d.walltime_used_s / d.walltime_requested_s END AS walltime_efficiency_percent,
       CASE WHEN d.start_time >= d.submit_time
           THEN (epoch_us(d.start_time) - epoch_us(d.submit_time)) // 1_000_000 END AS submit_to_start_s,
       CASE WHEN d.start_time >= d.became_eligible_time
           THEN (epoch_us(d.start_time) - epoch_us(d.became_eligible_time)) // 1_000_000 END AS eligible_to_start_s
FROM (SELECT * FROM job_details WHERE id = getvariable('id')) d
LEFT JOIN charge_rules r ON r.machine = d.machine AND r.version = d.rule_version
