-- Which bytes do rejects keep, what is said to be their hash, and for what reason were they rejected?
-- Variables: first BIGINT, last BIGINT
SELECT file_id, line, bytes, record_hash, reason
FROM rejects
WHERE rowid BETWEEN getvariable('first') AND getvariable('last')
