-- Under which ids do the events of a machine know a number? $1: the machine. Filled in is the condition on it: see find_jobs.sql.
SELECT DISTINCT object_id FROM events WHERE %s AND machine = $1
