-- Every outcome, which is a job or was superseded, has a number of its own.
SELECT id, count(*) AS rows FROM outcomes GROUP BY id HAVING count(*) > 1
