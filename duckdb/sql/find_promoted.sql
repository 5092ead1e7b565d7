-- Which superseded E records become the rows of jobs that a log takes with it? The order is that of find_losers.sql.
-- $1: the log.
CREATE OR REPLACE TEMP TABLE promoted AS
SELECT j.id, e.rowid AS row, e.file_id, e.line, e.raw, e.flags
FROM jobs j
JOIN job_sources s ON s.job_id = j.id AND s.file_id = ?
JOIN (SELECT rowid, *, NOT list_has_any(string_split(coalesce(flags, ''), ' '), ['torn', 'doubtful']) AS is_sound,
             coalesce(walltime_used_s, cpu_time_s, mem_used_bytes, vmem_used_bytes, cpu_percent) IS NOT NULL AS has_usage
      FROM events
      WHERE is_superseded) e ON e.machine = j.machine AND e.object_id = j.job_id AND e.submit_time = j.submit_time
QUALIFY row_number() OVER (PARTITION BY j.id
                           ORDER BY e.is_sound DESC, e.run_count DESC NULLS LAST, e.has_usage DESC, e.end_time DESC NULLS LAST,
                                    e.time DESC, e.attributes DESC, e.record_hash DESC) = 1
