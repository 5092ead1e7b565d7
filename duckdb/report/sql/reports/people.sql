-- Title: People
-- Question: How many users, accounts and projects had jobs?
-- Definition: Different names among the jobs that ended in the period.
-- Variables: period VARCHAR, entity VARCHAR
-- By: month of jobs
-- Chart: users
-- Columns:
--   jobs: jobs that ended; of an array its elements, not the array as a whole
--   users: different users among them
--   accounts: different accounts
--   projects: different projects
SELECT machine, period, entity, sum(jobs)::BIGINT AS jobs, count(DISTINCT user_name) AS users,
       count(DISTINCT account) AS accounts,
       count(DISTINCT project) AS projects
FROM (SELECT machine, period, entity, user_name, account, project, count(*) AS jobs FROM report_jobs GROUP BY ALL)
GROUP BY machine, period, entity
ORDER BY ALL
