-- What is the file? Its path, its size in bytes, that of the log beside it, and the share of bytes that is left of raw
-- records, or NULL, are variables.
-- Variables: path VARCHAR, bytes BIGINT, wal_bytes BIGINT, record_ratio DOUBLE
SELECT getvariable('path') AS file, getvariable('bytes') AS bytes, getvariable('wal_bytes') AS wal_bytes,
       (SELECT max(version) FROM schema_version) AS schema_version,
       (SELECT tags['storage_version'] FROM duckdb_databases()
           WHERE database_name = current_database()) AS storage_version,
       (SELECT arg_max(made_by, version) FROM schema_version) AS made_by,
       (SELECT arg_max(made_at, version) FROM schema_version) AS made_at,
       (SELECT count(*) FROM record_dictionaries) AS dictionaries,
       getvariable('record_ratio')::DOUBLE AS record_ratio
