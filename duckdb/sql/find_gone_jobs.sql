-- Which job records did a log give? $1: the log.
CREATE OR REPLACE TEMP TABLE gone AS
SELECT j.id AS row, j.machine, j.job_id AS object_id, s.record_hash, NULL::TIMESTAMPTZ AS time, NULL::VARCHAR AS time_zone
FROM job_sources s JOIN jobs j ON j.id = s.job_id
WHERE s.file_id = ?
