-- What did those outcomes hold on each node whose rows stay as they were?
-- Tables: unusable (id BIGINT)
INSERT INTO outcome_nodes
SELECT *
FROM previous.outcome_nodes
WHERE outcome_id NOT IN (SELECT outcome_id FROM previous.outcome_records) OR outcome_id IN (SELECT id FROM unusable)
