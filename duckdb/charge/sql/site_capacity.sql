-- What has each machine, and when?
SELECT machine, from_date, until_date, coalesce(nodes, 0), coalesce(ncpus, 0), coalesce(ngpus, 0)
FROM capacity
ORDER BY machine, from_date NULLS FIRST
