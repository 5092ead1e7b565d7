-- What has each machine, and when?
SELECT machine, from_date, until_date, nodes, ncpus, ngpus
FROM capacity
ORDER BY machine, from_date NULLS FIRST
