-- How much room does each table take? A segment begins at an offset in a block and reaches to the next one, or to the
-- block's end; what did not fit is in blocks of its own. Tables that are not yet written to the file, but to the log
-- beside it, take none.
-- Tables: segment (name VARCHAR, block_id BIGINT, block_offset BIGINT, additional_block_ids BIGINT[])
-- Tables: counted (name VARCHAR, rows BIGINT)
WITH placed AS (
    SELECT DISTINCT ON (block_id, block_offset) name, block_id, block_offset, len(additional_block_ids) AS further
    FROM segment WHERE block_id >= 0
),
sized AS (
    SELECT name, lead(block_offset, 1, block_size) OVER (PARTITION BY block_id
           ORDER BY block_offset) - block_offset + further * block_size AS bytes
    FROM placed, (SELECT block_size FROM pragma_database_size() WHERE database_name = current_database())
)
SELECT c.name AS "table", c.rows, coalesce(sum(s.bytes), 0)::BIGINT AS bytes
FROM counted c LEFT JOIN sized s USING (name)
GROUP BY ALL
ORDER BY bytes DESC, "table"
