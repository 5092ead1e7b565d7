-- Which tables does the file hold, and which columns have they?
SELECT c.table_name, c.column_name
FROM duckdb_columns() c
JOIN duckdb_tables() t USING (database_oid, table_oid)
WHERE t.database_name = current_database() AND NOT t.temporary
ORDER BY c.table_name, c.column_index
