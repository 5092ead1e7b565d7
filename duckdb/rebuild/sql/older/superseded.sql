-- Which superseded E records does a database of version 1 to 3 have? It keeps them among its events, with their bytes.
-- They get numbers behind those of jobs.
CREATE OR REPLACE TEMP TABLE superseded_event AS
SELECT (SELECT coalesce(max(id), 0) FROM previous.jobs) + row_number() OVER (ORDER BY rowid) AS id, *
FROM (SELECT rowid, * FROM previous.events WHERE is_superseded)
