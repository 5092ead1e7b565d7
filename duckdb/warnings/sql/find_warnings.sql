-- What is amiss, as the ledger and the sums say? A row per kind, machine and path; logs are the logs that it comes
-- from. Texts do not depend on the order in which logs were read.
CREATE OR REPLACE TEMP TABLE found_warning AS
WITH log AS (
    SELECT *, regexp_full_match(name, '\d{8}') AND try_strptime(name, '%Y%m%d') IS NOT NULL AS is_day,
           file <> '-' AND NOT regexp_matches(file, '\.(gz|zst|xz|bz2)$') AND size_bytes > read_bytes AS waits
    FROM log_files
),
misfit AS (
    SELECT machine, sum(zone_misfits)::BIGINT AS misfits, sum(zone_misfits + zone_fits)::BIGINT AS records,
           list(file_id) AS logs,
           string_agg(DISTINCT time_zone, ', ' ORDER BY time_zone) AS zones,
           list_transform([min(zone_offset_s), max(zone_offset_s)], lambda s: format('{}{}:{:02d} h',
               CASE WHEN s < 0 THEN '-' ELSE '' END, abs(s) // 3600, abs(s) % 3600 // 60)) AS offsets
    FROM log WHERE zone_misfits > zone_fits GROUP BY machine
),
day AS (
    SELECT machine, list(file ORDER BY path) AS files, list(file_id ORDER BY path) AS logs,
           list(path ORDER BY path) AS paths
    FROM log WHERE is_day AND NOT starts_with(path, 'qhist:') GROUP BY machine, name HAVING count(DISTINCT digest) > 1
),
double AS (
    SELECT a.machine, count(*) AS n, string_agg(DISTINCT b.machine, ', ' ORDER BY b.machine) AS others,
           min(a.file) AS first, list(a.file_id) AS logs
    FROM log a JOIN log b ON b.path = a.path AND b.machine <> a.machine WHERE a.path <> '-' GROUP BY a.machine
),
rejected AS (
    SELECT machine, sum(rejects)::BIGINT AS n, list(file_id) AS logs FROM log WHERE rejects > 0 GROUP BY machine
),
line AS (
    SELECT machine, bit_xor(record_hash) AS hash FROM rejects GROUP BY machine
),
failed AS (
    SELECT machine, sum(failed_values)::BIGINT AS n, list(file_id) AS logs FROM log
    WHERE failed_values > 0 GROUP BY machine
),
uncharged AS (
    SELECT machine, sum(unknown_charges)::BIGINT AS n FROM daily_summary GROUP BY machine HAVING n > 0
)
SELECT 'time_zone' AS kind, machine, NULL::VARCHAR AS path, NULL::BIGINT AS file_id,
       format('in time zone {} the heads of {:,} of {:,} E records in {} of {} are off from their end= (by {}): ' ||
              'is --timezone right?', zones, misfits, records,
              CASE WHEN len(logs) = 1 THEN 'a log' ELSE format('{:,} logs', len(logs)) END, machine,
              CASE WHEN offsets[1] = offsets[2] THEN offsets[1] ELSE offsets[1] || ' to ' || offsets[2] END) AS text,
       logs, false AS tell, NULL::BIGINT AS lines_hash
FROM misfit
UNION ALL
SELECT 'same_day', machine, paths[1], logs[1],
       format('{} claim the same day and differ; the records of {} are kept, each once',
              CASE WHEN len(files) > 3 THEN format('{} and {:,} more', array_to_string(files[:3], ', '), len(files) - 3)
                  ELSE array_to_string(files, ' and ') END,
              CASE WHEN len(files) = 2 THEN 'both' ELSE 'all' END),
       logs, false, NULL
FROM day
UNION ALL
SELECT 'two_machines', machine, NULL, NULL,
       format('{} of {}, such as {}, {} also read for {}: take what is wrong out again with pbsduck forget',
              CASE WHEN n = 1 THEN '1 log' ELSE format('{:,} logs', n) END, machine, first,
              CASE WHEN n = 1 THEN 'was' ELSE 'were' END, others),
       logs, false, NULL
FROM double
UNION ALL
SELECT 'rejects', machine, NULL, NULL,
       format('{} of {} rejected: pbsduck query "SELECT file, line, reason FROM rejects"',
           CASE WHEN n = 1 THEN '1 line' ELSE format('{:,} lines', n) END,
              machine || CASE WHEN n = 1 THEN ' was' ELSE ' were' END),
       logs, false, hash
FROM rejected LEFT JOIN line USING (machine)
UNION ALL
SELECT 'failed_values', machine, NULL, NULL,
       format('{} of {}: pbsduck status --files says in which logs',
           CASE WHEN n = 1 THEN '1 value' ELSE format('{:,} values', n) END,
              machine || ' did not convert and ' || CASE WHEN n = 1 THEN 'is' ELSE 'are' END || ' NULL'),
       logs, false, NULL
FROM failed
UNION ALL
SELECT 'waiting', machine, path, file_id, format('{} ends inside a record: the rest is read when it is there', file),
       [file_id], false, NULL
FROM log WHERE waits
UNION ALL
SELECT 'unknown_charges', machine, NULL, NULL,
       format('the charge of {} of {} is not known: pbsduck query "SELECT * FROM job_details ' ||
              'WHERE cpu_charge * gpu_charge * memory_charge IS NULL"',
              CASE WHEN n = 1 THEN '1 job' ELSE format('{:,} jobs', n) END, machine),
       NULL, false, NULL
FROM uncharged
