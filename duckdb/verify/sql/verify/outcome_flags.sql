-- What belongs to an outcome is flagged as a job's where it is one.
SELECT 'outcome_records' AS "table", o.id, o.machine, o.job_id, count(*) AS rows
FROM outcomes o JOIN outcome_records p ON p.outcome_id = o.id AND p.is_job <> o.is_job
GROUP BY ALL
UNION ALL
SELECT 'outcome_nodes', o.id, o.machine, o.job_id, count(*)
FROM outcomes o JOIN outcome_nodes p ON p.outcome_id = o.id AND p.is_job <> o.is_job
GROUP BY ALL
