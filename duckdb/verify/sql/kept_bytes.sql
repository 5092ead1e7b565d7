-- Which bytes are kept as they are, and what is said to be their hash, and what flags do they have, or for what reason were they
-- rejected?
SELECT 'events' AS "table", file_id, line, raw AS kept, record_hash, flags, NULL AS reason FROM events WHERE raw IS NOT NULL
UNION ALL
SELECT 'rejects', file_id, line, bytes, record_hash, NULL, reason FROM rejects
