-- Every dictionary that a raw record needs is there. A zstd frame tells which in its header (RFC 8878, 3.1.1.1): after
-- 4 bytes of magic a descriptor, of which bits 0 and 1 say how long the id is, and bit 5 that no window descriptor
-- comes before it. What a frame begins with is looked at behind the cut: a condition on the blobs DuckDB would ask of
-- all of them, before the one on their numbers.
-- Variables: first BIGINT, last BIGINT
WITH head AS (
    SELECT compressed_data[1:10] AS bytes, count(*) AS records, min(outcome_id) AS first_id
    FROM outcome_records
    WHERE outcome_id BETWEEN getvariable('first') AND getvariable('last')
    GROUP BY ALL
),
descriptor AS (
    SELECT *, try_cast('0x' || hex(bytes[5:5]) AS INTEGER) AS bits
    FROM head
    WHERE bytes[1:4] = '\x28\xB5\x2F\xFD'::BLOB
),
place AS (
    SELECT records, first_id, [0, 1, 2, 4][(bits & 3) + 1] AS length,
           hex(bytes[(7 - (bits >> 5 & 1)):]) AS rest
    FROM descriptor
),
needed AS (
    SELECT try_cast('0x' || list_aggregate(list_reverse([rest[2 * i - 1:2 * i] FOR i IN range(1, length + 1)]),
               'string_agg', '') AS BIGINT) AS dictionary_id,
           records, first_id
    FROM place
    WHERE length > 0
)
SELECT dictionary_id, sum(records)::BIGINT AS records, min(first_id) AS first_id
FROM needed ANTI JOIN record_dictionaries USING (dictionary_id)
GROUP BY dictionary_id
