-- How many bytes do texts of jobs have, by which days are added up, that are longer than their keys (key_texts.sql)?
-- Variables: first_id BIGINT, last_id BIGINT
SELECT (coalesce(sum(strlen(user_name)) FILTER (strlen(user_name) > 64), 0)
      + coalesce(sum(strlen(account)) FILTER (strlen(account) > 64), 0)
      + coalesce(sum(strlen(queue)) FILTER (strlen(queue) > 64), 0))::BIGINT
FROM jobs
WHERE id BETWEEN getvariable('first_id') AND getvariable('last_id')
