-- Which names are gathered under which, in the order in which patterns are tried?
-- Variables: kind VARCHAR
SELECT name, pattern
FROM name_groups
WHERE kind = getvariable('kind')
ORDER BY position
