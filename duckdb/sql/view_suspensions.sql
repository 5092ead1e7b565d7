-- When was which job suspended, and when did it go on? A row for each second in which z or r records say so; where both
-- do, it is not told which came first. A job that is suspended gives back all that it holds, or what
-- resources_released says, where the server limits that.
SELECT machine, object_id AS job_id, short_id, time, min(type) = 'z' AS suspends,
       bool_or(gives_all OR regexp_matches(text, 'resources_released=[^ ]*:ncpus=0*[1-9]')) AS gives_ncpus,
       bool_or(gives_all OR regexp_matches(text, 'resources_released=[^ ]*:ngpus=0*[1-9]')) AS gives_ngpus,
       bool_or(gives_all OR regexp_matches(text, 'resources_released=[^ ]*:mem=0*[1-9]')) AS gives_mem
FROM (SELECT machine, object_id, short_id, time, type, text,
             NOT coalesce(contains(text, 'resources_released='), false) AS gives_all
      FROM events
      WHERE list_contains(['z', 'r'], type))
GROUP BY machine, object_id, short_id, time
HAVING min(type) = max(type)
