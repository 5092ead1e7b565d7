-- No rejected bytes are kept twice for the same reason.
SELECT machine, record_hash, count(*) AS rows, min(file_id) AS first_file_id, min(line) AS first_line
FROM rejects
GROUP BY machine, record_hash, reason, bytes
HAVING count(*) > 1
