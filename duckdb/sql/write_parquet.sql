-- Write the result of a query to a Parquet file that every reader knows.
COPY (
%s
) TO %s (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880, USE_TMP_FILE false, KV_METADATA {%s})
