-- Which jobs have more than one row, of which this load brought one at least? $1: the first new id.
CREATE OR REPLACE TEMP TABLE conflict AS
SELECT DISTINCT n.machine, n.job_id, n.submit_time
FROM jobs n
JOIN jobs o ON o.short_id IS NOT DISTINCT FROM n.short_id
           AND o.submit_time = n.submit_time
           AND o.job_id = n.job_id
           AND o.machine = n.machine
WHERE n.id >= ? AND o.id < n.id
