-- How many columns of a query have types that DuckDB's Parquet writer does not keep, or that Arrow names otherwise?
SELECT count(*)
FROM (DESCRIBE
%s
)
WHERE column_type NOT IN (
  'BOOLEAN', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'FLOAT', 'DOUBLE', 'VARCHAR', 'BLOB', 'DATE', 'TIMESTAMP WITH TIME ZONE'
)
