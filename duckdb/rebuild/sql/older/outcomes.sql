-- Which outcomes does a database of version 1 to 3 have? Their rows are made again from their raw records: here they
-- only have what is needed for that.
-- Tables: superseded_event (id BIGINT, machine VARCHAR, object_id VARCHAR, submit_time TIMESTAMPTZ, time TIMESTAMPTZ,
--   file_id BIGINT, line BIGINT, record_hash BIGINT, flags VARCHAR)
INSERT INTO outcomes BY NAME
SELECT * REPLACE (coalesce(end_is_estimated, false) AS end_is_estimated)
FROM (
    FROM outcomes WHERE false -- the columns that there are today
    UNION ALL BY NAME
    SELECT j.*, s.* EXCLUDE (job_id, flags), s.flags AS source_flags, true AS is_job
    FROM previous.jobs j
    LEFT JOIN (
        SELECT NULL::VARCHAR AS flags WHERE false
        UNION ALL BY NAME
        FROM previous.job_sources
    ) s ON s.job_id = j.id
    UNION ALL BY NAME
    SELECT id, machine, object_id AS job_id, coalesce(submit_time, time) AS submit_time,
           false AS is_job, false AS is_array_parent, false AS start_is_estimated,
           file_id, line, time AS logged_time, record_hash,
           nullif(array_to_string(list_filter(['torn', 'doubtful'],
               lambda f: list_contains(string_split(flags, ' '), f)), ' '), '') AS source_flags
    FROM superseded_event
)
