-- What does the ledger of a database of an earlier version say? Whether the end of a log may be read otherwise when it
-- has grown, it says from version 3 on: else the log is read again then, from its beginning. What the rows tell,
-- settle_ledger.sql works out.
SELECT * REPLACE (
    CASE WHEN EXISTS (SELECT 1 FROM duckdb_columns() WHERE database_name = 'previous' AND table_name = 'log_files'
        AND column_name = 'unsure_at')
         THEN unsure_at ELSE 0 END AS unsure_at,
    coalesce(zone_fits, -1) AS zone_fits,
    coalesce(zone_misfits, 0) AS zone_misfits,
    0 AS records_check)
FROM (
    FROM log_files WHERE false -- the columns that there are today
    UNION ALL BY NAME
    FROM previous.log_files
)
