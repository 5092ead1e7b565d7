-- Which blobs hold the raw records of these outcomes, whose are they, and where were they read? The least and the
-- greatest of the ids leave row groups out.
-- Variables: ids BIGINT[], first BIGINT, last BIGINT
WITH wanted AS (SELECT DISTINCT unnest(getvariable('ids')::BIGINT[]) AS id)
SELECT o.id, o.machine, o.job_id, o.submit_time, r.compressed_data, f.file, o.line, f.time_zone, o.source_flags
FROM (SELECT id, machine, job_id, submit_time, file_id, line, source_flags FROM outcomes
      WHERE id BETWEEN getvariable('first') AND getvariable('last') AND id IN (FROM wanted)) o
LEFT JOIN (SELECT outcome_id, compressed_data FROM outcome_records
           WHERE outcome_id BETWEEN getvariable('first') AND getvariable('last')
               AND outcome_id IN (FROM wanted)) r ON r.outcome_id = o.id
LEFT JOIN log_files f ON f.file_id = o.file_id
