-- What is the file? $1: its path. $2: its size in bytes. $3: that of the log beside it. $4: share of bytes that is left of raw
-- records, or NULL.
SELECT $1 AS file, $2::BIGINT AS bytes, $3::BIGINT AS wal_bytes,
       (SELECT max(version) FROM schema_version) AS schema_version,
       (SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = current_database()) AS storage_version,
       (SELECT arg_max(made_by, version) FROM schema_version) AS made_by,
       (SELECT arg_max(made_at, version) FROM schema_version) AS made_at,
       (SELECT count(*) FROM record_dictionaries) AS dictionaries,
       $4::DOUBLE AS record_ratio
