-- Every outcome from a log has one raw record, and every raw record is of an outcome from a log.
WITH source AS (SELECT id, count(*) AS outcomes FROM outcomes WHERE file_id IS NOT NULL GROUP BY id),
     record AS (SELECT outcome_id AS id, count(*) AS records FROM outcome_records GROUP BY outcome_id),
     amiss AS (
         SELECT id, coalesce(outcomes, 0) AS outcomes, coalesce(records, 0) AS records
         FROM source FULL JOIN record USING (id)
         WHERE outcomes IS DISTINCT FROM 1 OR records IS DISTINCT FROM 1
     )
SELECT a.id, o.machine, o.job_id, a.records, a.outcomes
FROM amiss a LEFT JOIN outcomes o ON o.id = a.id
