-- Every job from a log has one raw record, and every raw record is of a job from a log.
WITH source AS (SELECT job_id, count(*) AS sources FROM job_sources GROUP BY job_id),
     record AS (SELECT job_id, count(*) AS records FROM job_records GROUP BY job_id),
     amiss AS (
         SELECT job_id, coalesce(sources, 0) AS sources, coalesce(records, 0) AS records
         FROM source FULL JOIN record USING (job_id)
         WHERE sources IS DISTINCT FROM 1 OR records IS DISTINCT FROM 1
     )
SELECT a.job_id AS id, j.machine, j.job_id, a.records, a.sources
FROM amiss a LEFT JOIN jobs j ON j.id = a.job_id
