-- Which hashes do the events have that are there? Filled in are a join with those of arriving events, and a condition on their times.
SELECT e.record_hash
FROM events e %[1]s
WHERE %[2]s
