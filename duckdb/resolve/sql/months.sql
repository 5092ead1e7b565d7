-- In which months did jobs of each machine end, and how many jobs come before? Those of unknown end were submitted in
-- it.
SELECT machine, year, month, (sum(jobs) OVER (ORDER BY machine, year, month) - jobs)::BIGINT AS before
FROM (
    SELECT machine, year(coalesce(end_time, submit_time)) AS year,
           month(coalesce(end_time, submit_time)) AS month, count(*) AS jobs
    FROM outcomes
    WHERE is_job
    GROUP BY ALL)
