-- Where do E records stand in repeats, and of how many bytes are they as they are kept?
SELECT r.rowid AS number, 1 AS rows, octet_length(c.compressed_data) AS bytes
FROM repeats r
JOIN outcomes o ON o.record_hash = r.record_hash AND o.machine = r.machine AND o.job_id = r.object_id
JOIN outcome_records c ON c.outcome_id = o.id
