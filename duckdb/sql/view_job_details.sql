-- What ran, what was it charged, and how much is that in GiB and hours?
SELECT j.*,
       c.cpu_hours, c.gpu_hours, c.memory_hours, c.qos, c.qos_factor, c.rule_version,
       c.cpu_hours * c.qos_factor AS cpu_charge,
       c.gpu_hours * c.qos_factor AS gpu_charge,
       c.memory_hours * c.qos_factor AS memory_charge,
       j.walltime_requested_s / 3600 AS walltime_requested_hours,
       j.walltime_used_s / 3600 AS walltime_used_hours,
       j.eligible_wait_s / 3600 AS eligible_wait_hours,
       j.cpu_time_s / 3600 AS cpu_time_hours,
       CASE WHEN j.is_array_parent THEN 0 ELSE j.ncpus * (j.walltime_used_s / 3600) END AS used_core_hours,
       CASE WHEN j.is_array_parent THEN 0 ELSE j.ngpus * (j.walltime_used_s / 3600) END AS used_gpu_hours,
       j.mem_requested_bytes / 1024^3 AS mem_requested_gib,
       j.mem_used_bytes / 1024^3 AS mem_used_gib,
       j.vmem_used_bytes / 1024^3 AS vmem_used_gib
FROM jobs j
LEFT JOIN job_charges c ON c.job_id = j.id
