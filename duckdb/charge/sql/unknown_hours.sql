-- What do jobs lack that a rule gave no hours for? Filled in are which hours are unknown, which columns they lack, the machine, the
-- version of the rules, and which jobs.
SELECT concat_ws(', ', CASE WHEN c.cpu_hours IS NULL THEN 'cpu_hours' END,
                       CASE WHEN c.gpu_hours IS NULL THEN 'gpu_hours' END,
                       CASE WHEN c.memory_hours IS NULL THEN 'memory_hours' END) AS hours,
       concat_ws(', ', '' %[1]s) AS lacking,
       min(j.job_id) AS example, count(*) AS jobs
FROM jobs j JOIN job_charges c ON c.job_id = j.id
WHERE (c.cpu_hours IS NULL OR c.gpu_hours IS NULL OR c.memory_hours IS NULL) AND j.machine = %[2]s AND c.rule_version = %[3]s AND %[4]s
GROUP BY ALL
