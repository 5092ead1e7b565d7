-- Which jobs do several outcomes claim, or did, in the old database?
SELECT machine, job_id, submit_time FROM outcomes GROUP BY ALL HAVING count(*) > 1
UNION
SELECT machine, job_id, submit_time FROM previous.outcomes WHERE NOT is_job
