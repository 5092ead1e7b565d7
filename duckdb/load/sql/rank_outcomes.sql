-- Which of the E records of a job is its row? One from a log rather than one from elsewhere, then one that is neither
-- torn nor doubtful, of more runs, with usage, of a later end, written later, with more attributes, with the larger
-- hash. This is the only statement that says so: loads, forgetting and verify all ask it, of the jobs in asked.
-- Tables: asked (machine VARCHAR, job_id VARCHAR, submit_time TIMESTAMPTZ)
SELECT o.id, o.machine, o.job_id, o.short_id, o.submit_time, o.file_id, o.line, o.is_job,
       row_number() OVER (
           PARTITION BY o.machine, o.job_id, o.submit_time
           ORDER BY o.file_id IS NOT NULL DESC,
                    o.source_flags IS NULL DESC,
                    o.run_count DESC NULLS LAST,
                    coalesce(o.walltime_used_s, o.cpu_time_s, o.mem_used_bytes, o.vmem_used_bytes,
                        o.cpu_percent) IS NOT NULL DESC,
                    o.end_time DESC NULLS LAST,
                    o.logged_time DESC NULLS LAST,
                    o.attributes DESC NULLS LAST,
                    o.record_hash DESC NULLS LAST,
                    o.id
       ) = 1 AS is_best
FROM outcomes o SEMI JOIN asked a ON a.machine = o.machine AND a.job_id = o.job_id AND a.submit_time = o.submit_time
