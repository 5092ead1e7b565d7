-- Which superseded E records become the rows of jobs that a log takes with it? The order is that of find_losers.sql.
-- $1: the log.
CREATE OR REPLACE TEMP TABLE promoted AS
SELECT j.id, e.rowid AS row, e.file_id, e.line, e.raw
FROM jobs j
JOIN job_sources s ON s.job_id = j.id AND s.file_id = ?
JOIN events e ON e.is_superseded AND e.machine = j.machine AND e.object_id = j.job_id AND e.submit_time = j.submit_time
QUALIFY row_number() OVER (PARTITION BY j.id
                           ORDER BY e.run_count DESC NULLS LAST, e.end_time DESC NULLS LAST, e.time DESC, e.record_hash DESC) = 1
