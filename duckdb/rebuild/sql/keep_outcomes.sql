-- Which outcomes have no raw record that gives their row? Their rows stay as they were, in the columns that are the
-- same in both databases.
-- Variables: columns VARCHAR[]
-- Tables: unusable (id BIGINT)
INSERT INTO outcomes BY NAME
SELECT COLUMNS(getvariable('columns'))
FROM previous.outcomes
WHERE id NOT IN (SELECT outcome_id FROM previous.outcome_records) OR id IN (SELECT id FROM unusable)
