-- Which outcomes have no raw record that gives their row? Their rows stay as they were. Filled in are the columns that they have.
INSERT INTO outcomes (%[1]s)
SELECT %[1]s
FROM previous.outcomes
WHERE id NOT IN (SELECT outcome_id FROM previous.outcome_records) OR id IN (SELECT id FROM unusable)
