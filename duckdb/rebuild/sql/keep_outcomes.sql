-- Which outcomes have no raw record that gives their row? Their rows stay as they were, but for the types of CPU and
-- GPU that their queue told: today's queue tells them.
-- Tables: had (id BIGINT, machine VARCHAR, queue VARCHAR, cpu_type VARCHAR, gpu_type VARCHAR)
-- Tables: unusable (id BIGINT)
INSERT INTO outcomes BY NAME
SELECT h.* REPLACE (
    CASE WHEN h.cpu_type IS DISTINCT FROM was.cpu_type THEN h.cpu_type ELSE now.cpu_type END AS cpu_type,
    CASE WHEN h.gpu_type IS DISTINCT FROM was.gpu_type THEN h.gpu_type ELSE now.gpu_type END AS gpu_type
)
FROM had h
LEFT JOIN previous.queue_types was ON was.machine = h.machine AND was.queue = h.queue
LEFT JOIN queue_types now ON now.machine = h.machine AND now.queue = h.queue
WHERE h.id NOT IN (SELECT outcome_id FROM previous.outcome_records) OR h.id IN (SELECT id FROM unusable)
