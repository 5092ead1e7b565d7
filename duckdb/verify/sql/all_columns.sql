-- Which tables does the file hold, and which columns have they? Short are those whose values take little memory:
-- numbers and times, and whatever a few rows have.
SELECT c.table_name, c.column_name,
       t.estimated_size <= 100 OR c.data_type IN (
           'BOOLEAN', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT',
           'HUGEINT', 'UHUGEINT',
           'FLOAT', 'DOUBLE', 'DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE') AS short
FROM duckdb_columns() c
JOIN duckdb_tables() t USING (database_oid, table_oid)
WHERE t.database_name = current_database() AND NOT t.temporary
ORDER BY c.table_name, c.column_index
