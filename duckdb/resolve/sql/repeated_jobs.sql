-- Which E records are exact repeats of others? Of all that are the same the first is none.
-- Tables: part_jobs AS SELECT 'log' AS log, 1::BIGINT AS record, * FROM outcomes
SELECT log, record
FROM (SELECT log, record, row_number() OVER (PARTITION BY machine, job_id, submit_time, record_hash
    ORDER BY log, record) AS nth FROM part_jobs)
WHERE nth > 1
