-- Which outcomes did another one of the same job supersede, and what are their raw records?
SELECT o.* EXCLUDE (is_job, file_id, line, logged_time, record_hash, source_flags, attributes),
       o.file_id, o.line, o.logged_time, o.record_hash, o.source_flags, o.attributes, r.compressed_data
FROM outcomes o
LEFT JOIN (SELECT outcome_id, compressed_data FROM outcome_records WHERE NOT is_job) r ON r.outcome_id = o.id
WHERE NOT o.is_job
