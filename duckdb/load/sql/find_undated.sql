-- In which quarters of hours are events of a machine whose time the order of the logs told, and in which time zones
-- were they read?
-- Variables: machine VARCHAR, since TIMESTAMPTZ, before TIMESTAMPTZ
SELECT DISTINCT f.time_zone, epoch(e.time)::BIGINT // 900 * 900
FROM events e JOIN log_files f ON f.file_id = e.file_id
WHERE e.machine = getvariable('machine') AND e.time >= getvariable('since') AND e.time < getvariable('before')
    AND list_contains(string_split(e.flags, ' '), 'repeated_hour')
