-- The sums of every day are those of its jobs and their charges. Hours may differ by rounding, 1e-9 of them. A text of
-- more than 64 bytes stands under its SHA-256, as there may be many.
WITH keyed AS (
    SELECT id, machine, end_date, is_array_parent,
           CASE WHEN strlen(user_name) > 64 THEN '#' || sha256(user_name) ELSE user_name END AS user_name,
           CASE WHEN strlen(account) > 64 THEN '#' || sha256(account) ELSE account END AS account,
           CASE WHEN strlen(queue) > 64 THEN '#' || sha256(queue) ELSE queue END AS queue
    FROM jobs
), part AS (
    SELECT day, machine,
           CASE WHEN strlen(user_name) > 64 THEN '#' || sha256(user_name) ELSE user_name END AS user_name,
           CASE WHEN strlen(account) > 64 THEN '#' || sha256(account) ELSE account END AS account,
           CASE WHEN strlen(queue) > 64 THEN '#' || sha256(queue) ELSE queue END AS queue, 1 AS rows, jobs,
           array_parents, unknown_charges, cpu_hours, gpu_hours, memory_hours, cpu_charge, gpu_charge, memory_charge
    FROM daily_summary
    UNION ALL
    SELECT j.end_date, j.machine, j.user_name, j.account, j.queue, 0, -count(*), -count(*) FILTER (j.is_array_parent),
           -count(*) FILTER (c.cpu_hours * c.gpu_hours * c.memory_hours * c.qos_factor IS NULL),
           -coalesce(sum(c.cpu_hours), 0),
           -coalesce(sum(c.gpu_hours), 0),
           -coalesce(sum(c.memory_hours), 0),
           -coalesce(sum(c.cpu_hours * c.qos_factor), 0),
           -coalesce(sum(c.gpu_hours * c.qos_factor), 0),
           -coalesce(sum(c.memory_hours * c.qos_factor), 0)
    FROM keyed j LEFT JOIN job_charges c ON c.job_id = j.id
    GROUP BY ALL
)
SELECT day, machine, user_name, account, queue, sum(rows)::BIGINT AS summary_rows,
       sum(jobs)::BIGINT AS jobs_off, sum(array_parents)::BIGINT AS array_parents_off,
       sum(unknown_charges)::BIGINT AS unknown_charges_off,
       sum(cpu_hours) AS cpu_hours_off,
       sum(gpu_hours) AS gpu_hours_off,
       sum(memory_hours) AS memory_hours_off,
       sum(cpu_charge) AS cpu_charge_off,
       sum(gpu_charge) AS gpu_charge_off,
       sum(memory_charge) AS memory_charge_off
FROM part
GROUP BY day, machine, user_name, account, queue
HAVING summary_rows <> 1 OR jobs_off <> 0 OR array_parents_off <> 0 OR unknown_charges_off <> 0
    OR abs(sum(cpu_hours)) > 1e-9 * max(abs(cpu_hours))
    OR abs(sum(gpu_hours)) > 1e-9 * max(abs(gpu_hours))
    OR abs(sum(memory_hours)) > 1e-9 * max(abs(memory_hours))
    OR abs(sum(cpu_charge)) > 1e-9 * max(abs(cpu_charge))
    OR abs(sum(gpu_charge)) > 1e-9 * max(abs(gpu_charge))
    OR abs(sum(memory_charge)) > 1e-9 * max(abs(memory_charge))
