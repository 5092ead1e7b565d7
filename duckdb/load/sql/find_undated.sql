-- In which quarters of hours are events of a machine whose time the order of the logs told, and in which time zones were they read?
-- $1: the machine. $2, $3: between which instants.
SELECT DISTINCT f.time_zone, epoch(e.time)::BIGINT // 900 * 900
FROM events e JOIN log_files f ON f.file_id = e.file_id
WHERE e.machine = $1 AND e.time >= $2 AND e.time < $3 AND list_contains(string_split(e.flags, ' '), 'repeated_hour')
