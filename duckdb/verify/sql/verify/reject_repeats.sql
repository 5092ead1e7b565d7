-- No rejected bytes are kept twice for the same reason. Bytes are read only of those whose hashes are the same, as they
-- may be many.
WITH twin AS (SELECT record_hash FROM rejects GROUP BY record_hash HAVING count(*) > 1)
SELECT machine, record_hash, count(*) AS rows, min(file_id) AS first_file_id, min(line) AS first_line
FROM rejects SEMI JOIN twin USING (record_hash)
GROUP BY machine, record_hash, reason, sha256(bytes)
HAVING count(*) > 1
