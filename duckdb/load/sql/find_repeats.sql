-- Which candidates are exact repeats: of one that is there, or of one before it? Filled in are the table that they are
-- in, the columns in which repeats agree, the rows that are there, the id of what a row is about, and the number that a row has.
CREATE OR REPLACE TEMP TABLE repeated AS
WITH candidates AS (
    SELECT %[5]s AS row, file_id, line, %[2]s, row_number() OVER (PARTITION BY %[2]s ORDER BY %[5]s) AS nth FROM %[1]s
)
SELECT row, machine, file_id, line, record_hash, %[4]s AS object_id
FROM candidates SEMI JOIN (%[3]s) there USING (%[2]s)
UNION
SELECT row, machine, file_id, line, record_hash, %[4]s
FROM candidates
WHERE nth > 1
