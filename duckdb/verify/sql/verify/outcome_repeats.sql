-- No exact repeat of an E record is kept twice in outcomes.
WITH twin AS (SELECT record_hash FROM outcomes GROUP BY record_hash HAVING count(*) > 1)
SELECT machine, job_id, submit_time, record_hash, count(*) AS rows, min(file_id) AS first_file_id,
       min(line) AS first_line
FROM outcomes SEMI JOIN twin USING (record_hash)
GROUP BY machine, job_id, submit_time, record_hash
HAVING count(*) > 1
