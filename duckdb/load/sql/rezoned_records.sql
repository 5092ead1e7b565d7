-- Where are the outcomes in rezoned read now, and what are their raw records?
-- Tables: rezoned (id BIGINT)
SELECT o.id, o.file_id, o.line, r.compressed_data, coalesce(o.source_flags, '')
FROM outcomes o JOIN outcome_records r ON r.outcome_id = o.id
WHERE o.id IN (SELECT id FROM rezoned)
ORDER BY o.id
