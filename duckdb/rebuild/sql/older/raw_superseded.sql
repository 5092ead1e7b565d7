-- Which bytes do superseded E records of a database of version 1 to 3 have?
-- Variables: first BIGINT, last BIGINT
-- Tables: superseded_event (id BIGINT, machine VARCHAR, raw BLOB, file_id BIGINT)
SELECT s.id, s.machine, s.raw, l.loaded_at
FROM superseded_event s JOIN previous.log_files l USING (file_id)
WHERE s.id BETWEEN getvariable('first') AND getvariable('last')
ORDER BY s.machine, s.id
