-- What do the tables and views of the file consist of, and what is said of them? What the site chose for columns
-- belongs to them.
WITH here AS (
    SELECT database_oid FROM duckdb_databases() WHERE database_name = current_database()
)
SELECT 'table' AS kind, table_name, '' AS column_name, 'a table' AS meaning, coalesce(comment, '') AS comment
FROM duckdb_tables() SEMI JOIN here USING (database_oid)
WHERE NOT temporary
UNION ALL
SELECT 'view', view_name, '', sql, coalesce(comment, '')
FROM duckdb_views() SEMI JOIN here USING (database_oid)
WHERE NOT internal AND NOT temporary
UNION ALL
SELECT 'column', table_name, column_name,
       'number ' || column_index || ', ' || data_type || CASE WHEN is_nullable THEN ''
           ELSE ' NOT NULL' END || coalesce(' DEFAULT ' || column_default, ''),
       coalesce(comment, '')
FROM duckdb_columns() SEMI JOIN here USING (database_oid)
WHERE NOT internal
UNION ALL
SELECT 'row', 'site_columns', name, concat_ws(', ', 'number ' || position, attribute, type, unit), comment
FROM site_columns
ORDER BY ALL
