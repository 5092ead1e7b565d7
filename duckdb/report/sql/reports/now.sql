-- Title: Now
-- Question: What runs, and what waits?
-- Definition: At the end of what the logs tell: jobs whose latest record of the last 40 days says that they were
--   queued, started or requeued, and which did not end. Those that run hold what they did not give back, also while
--   they are suspended. Waiting jobs do not say what they ask for where a Q record does not. Elements of arrays count
--   from when they start.
-- Variables: entity VARCHAR
-- By: queue, user, group, account, project, name, machine
-- Chart: jobs
-- Columns:
--   as_of: end of what the logs tell
--   state: running, suspended or waiting
--   jobs: jobs that do
--   users: different users
--   cores: cores that they hold or ask for, as far as known
--   gpus: GPUs
--   nodes: chunks (nodes)
--   unknown: jobs that do not say how many cores
--   longest_s [s]: how long the one does that has done so for longest; one that waits again does since it ran
SELECT u.machine, NULL::DATE AS period, m.last_time AS as_of, u.state,
       CASE getvariable('entity')
           WHEN 'machine' THEN u.machine
           WHEN 'user' THEN u.user_name
           WHEN 'group' THEN u.group_name
           WHEN 'account' THEN u.account
           WHEN 'project' THEN u.project
           WHEN 'queue' THEN u.queue
           WHEN 'name' THEN u.name
       END AS entity,
       count(*) AS jobs, count(DISTINCT u.user_name) AS users, coalesce(sum(u.ncpus), 0)::DOUBLE AS cores,
       coalesce(sum(u.ngpus), 0)::DOUBLE AS gpus,
       coalesce(sum(u.nodect), 0)::DOUBLE AS nodes, count(*) - count(u.ncpus) AS unknown,
       max(epoch_us(m.last_time) - epoch_us(u.since_time)) // 1_000_000 AS longest_s
FROM unfinished_phases u JOIN machines m ON m.machine = u.machine
WHERE u.end_time IS NULL
GROUP BY ALL
ORDER BY u.machine, u.state, cores DESC, jobs DESC, entity
