-- How many bytes do texts of jobs have, by which days are added up, that are longer than their keys (key_texts.sql)? Filled in are
-- the first and the last of these jobs, by number.
SELECT (coalesce(sum(strlen(user_name)) FILTER (strlen(user_name) > 64), 0)
      + coalesce(sum(strlen(account)) FILTER (strlen(account) > 64), 0)
      + coalesce(sum(strlen(queue)) FILTER (strlen(queue) > 64), 0))::BIGINT
FROM jobs
WHERE id BETWEEN %[1]d AND %[2]d
