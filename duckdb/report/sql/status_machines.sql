-- What is there of each machine, and what is missing? Days are those that names of logs (20260131) say. In logs of
-- other names they are those of the records' heads, and no gaps are told. Of a packed log it is not known how much
-- waits.
WITH log AS (
    SELECT *, CASE WHEN regexp_full_match(name, '\d{8}') THEN try_strptime(name, '%Y%m%d')::DATE END AS named_day
    FROM log_files
),
span AS (
    SELECT machine,
           min(coalesce(named_day, (first_time AT TIME ZONE time_zone)::DATE)) AS first_day,
           max(coalesce(named_day, (last_time AT TIME ZONE time_zone)::DATE)) AS last_day,
           string_agg(DISTINCT time_zone, ' ' ORDER BY time_zone) AS time_zone,
           count(*) AS logs, sum(lines)::BIGINT AS lines, sum(superseded)::BIGINT AS superseded,
           sum(events)::BIGINT AS events,
           sum(repeats)::BIGINT AS repeats, sum(rejects)::BIGINT AS rejects,
           sum(failed_values)::BIGINT AS failed_values,
           coalesce(sum(greatest(size_bytes - read_bytes, 0)) FILTER (file <> '-'
               AND NOT regexp_matches(file, '\.(gz|zst|xz|bz2)$')), 0)::BIGINT AS waiting_bytes,
           max(loaded_at) AS loaded_at, arg_max(loaded_by, loaded_at) AS loaded_by
    FROM log
    GROUP BY machine
),
gap AS (
    SELECT machine, day, 'missing' AS gap
    FROM report_log_days
    WHERE is_missing
    UNION ALL
    SELECT machine, day, 'no jobs'
    FROM report_idle_days
),
island AS (
    SELECT machine, gap, day, day - row_number() OVER (PARTITION BY machine, gap
           ORDER BY day)::INTEGER AS island FROM gap
),
range AS (
    SELECT machine, gap, count(*) AS days, min(day) AS first, max(day) AS last FROM island GROUP BY machine, gap, island
),
listed AS (
    SELECT machine, gap, sum(days)::BIGINT AS days,
           string_agg(strftime(first, '%Y-%m-%d') || CASE
               WHEN first = last THEN ''
               WHEN date_trunc('month', first) = date_trunc('month', last) THEN strftime(last, '..%d')
               WHEN year(first) = year(last) THEN strftime(last, '..%m-%d')
               ELSE strftime(last, '..%Y-%m-%d') END, ' ' ORDER BY first) AS ranges
    FROM range GROUP BY machine, gap
),
job AS (
    SELECT machine, count(*) AS jobs, count(*) FILTER (is_array_parent) AS array_parents FROM jobs GROUP BY machine
)
SELECT coalesce(s.machine, j.machine) AS machine, s.time_zone, s.first_day, s.last_day,
       coalesce(e.days, 0) AS days_without_jobs, coalesce(m.days, 0) AS days_missing,
       coalesce(s.logs, 0) AS logs, coalesce(s.lines, 0) AS lines, coalesce(j.jobs, 0) AS jobs,
       coalesce(j.array_parents, 0) AS array_parents, coalesce(s.events, 0) AS events,
       coalesce(s.superseded, 0) AS superseded, coalesce(s.repeats, 0) AS repeats, coalesce(s.rejects, 0) AS rejects,
       coalesce(s.failed_values, 0) AS failed_values, coalesce(s.waiting_bytes, 0) AS waiting_bytes,
       s.loaded_at, s.loaded_by, e.ranges AS without_jobs, m.ranges AS missing
FROM span s
FULL JOIN job j ON j.machine = s.machine
LEFT JOIN listed e ON e.machine = s.machine AND e.gap = 'no jobs'
LEFT JOIN listed m ON m.machine = s.machine AND m.gap = 'missing'
ORDER BY 1
