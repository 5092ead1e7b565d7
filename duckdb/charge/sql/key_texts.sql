-- By which keys are jobs with large texts added up? A text of up to 64 bytes is its own key; a longer one has a key of
-- 65 bytes, which is no other's: its SHA-256 behind a mark.
-- Variables: first_id BIGINT, last_id BIGINT
SELECT id, machine, end_date, is_array_parent,
       CASE WHEN strlen(user_name) > 64 THEN '#' || sha256(user_name) ELSE user_name END AS user_name,
       CASE WHEN strlen(account) > 64 THEN '#' || sha256(account) ELSE account END AS account,
       CASE WHEN strlen(queue) > 64 THEN '#' || sha256(queue) ELSE queue END AS queue
FROM jobs
WHERE id BETWEEN getvariable('first_id') AND getvariable('last_id')
