-- Which jobs have more than one row, of which this load brought one at least? $1: the first new id, $2: the machine.
CREATE OR REPLACE TEMP TABLE conflict AS
WITH fresh AS (
    SELECT job_id, submit_time FROM jobs WHERE id >= $1
),
twice AS (
    SELECT job_id, submit_time FROM fresh GROUP BY ALL HAVING count(*) > 1
),
older AS (
    SELECT job_id, submit_time
    FROM jobs
    WHERE id < $1 AND machine = $2
      AND submit_time BETWEEN (SELECT min(submit_time) FROM fresh) AND (SELECT max(submit_time) FROM fresh)
)
SELECT $2::VARCHAR AS machine, job_id, submit_time FROM twice
UNION
SELECT $2::VARCHAR, f.job_id, f.submit_time FROM fresh f SEMI JOIN older o USING (job_id, submit_time)
