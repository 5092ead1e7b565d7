-- What does DuckDB alone make of the logs? Twelve columns of the E records, by regular expressions; it has no place for
-- the rest.
CREATE TABLE read.jobs AS
SELECT
  split_part(line, ';', 3) AS job_id,
  regexp_extract(line, ' user=([^ ]*)', 1) AS user_name,
  regexp_extract(line, ' account="([^"]*)"', 1) AS account,
  regexp_extract(line, ' jobname=([^ ]*)', 1) AS name,
  regexp_extract(line, ' queue=([^ ]*)', 1) AS queue,
  to_timestamp(TRY_CAST(regexp_extract(line, ' ctime=(\d+)', 1) AS BIGINT)) AS submit_time,
  to_timestamp(TRY_CAST(regexp_extract(line, ' start=(\d+)', 1) AS BIGINT)) AS start_time,
  to_timestamp(TRY_CAST(regexp_extract(line, ' end=(\d+)', 1) AS BIGINT)) AS end_time,
  TRY_CAST(regexp_extract(line, ' Exit_status=(-?\d+)', 1) AS BIGINT) AS exit_status,
  TRY_CAST(regexp_extract(line, ' Resource_List.ncpus=(\d+)', 1) AS BIGINT) AS ncpus,
  regexp_extract(line, ' Resource_List.walltime=([0-9:]*)', 1) AS walltime_requested,
  regexp_extract(line, ' resources_used.walltime=([0-9:]*)', 1) AS walltime_used
FROM read_csv(%s, columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = '', header = false,
    max_line_size = 16777216)
WHERE line[21:22] = 'E;'
