-- Every job has a number of its own.
SELECT id, count(*) AS rows FROM jobs GROUP BY id HAVING count(*) > 1
