-- Which jobs are there?
-- Tables: records AS SELECT 'log' AS log, 1::BIGINT AS record, * FROM outcomes
-- Tables: numbers (log VARCHAR, record BIGINT, id BIGINT)
SELECT n.id, r.* EXCLUDE (id, is_job)
FROM records r JOIN numbers n ON n.log = r.log AND n.record = r.record
