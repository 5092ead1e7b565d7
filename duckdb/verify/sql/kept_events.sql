-- Which bytes do events keep as they are (NULL: none), what is said to be their hash, and what flags do they have?
-- Variables: first BIGINT, last BIGINT
SELECT file_id, line, raw, record_hash, flags
FROM events
WHERE rowid BETWEEN getvariable('first') AND getvariable('last')
