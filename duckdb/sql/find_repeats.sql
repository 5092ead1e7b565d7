-- Which of the rows that were set aside are exact repeats: of one that is there, or of one before it? Filled in are the table that they are
-- in, the columns in which repeats agree, the rows that are there, and the id of what a row is about.
CREATE OR REPLACE TEMP TABLE repeated AS
WITH aside AS (
    SELECT rowid AS row, *, row_number() OVER (PARTITION BY %[2]s ORDER BY file_id, line) AS nth FROM %[1]s
)
SELECT row, machine, file_id, line, record_hash, %[4]s AS object_id
FROM aside SEMI JOIN (%[3]s) there USING (%[2]s)
UNION
SELECT row, machine, file_id, line, record_hash, %[4]s
FROM aside
WHERE nth > 1
