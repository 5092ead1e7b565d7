-- Every repeat repeats a record that is kept.
SELECT r.machine, r.file_id, r.line, r.object_id, r.record_hash
FROM repeats r
ANTI JOIN (
    SELECT machine, record_hash, job_id AS object_id FROM outcomes
    UNION ALL
    SELECT machine, record_hash, object_id FROM events
    UNION ALL
    SELECT machine, record_hash, NULL FROM rejects
) kept ON kept.record_hash = r.record_hash AND kept.machine = r.machine
    AND kept.object_id IS NOT DISTINCT FROM r.object_id
