-- Which exact repeats does a database of an earlier version list? What they repeat has another hash now, in some cases.
-- Tables: rehashed (machine VARCHAR, old_hash BIGINT, record_hash BIGINT, object_id VARCHAR)
INSERT INTO repeats BY NAME
SELECT * REPLACE (
    coalesce((SELECT any_value(h.record_hash) FROM rehashed h
              WHERE h.machine = r.machine AND h.old_hash = r.record_hash
                  AND h.object_id IS NOT DISTINCT FROM r.object_id), r.record_hash) AS record_hash)
FROM previous.repeats r
