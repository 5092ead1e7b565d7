-- Which of the E records of a job is its row? One from a log rather than one from elsewhere, then one that is neither
-- torn nor doubtful, of more runs, with usage, of a later end, written later, with more attributes, with the larger
-- hash. This is the only statement that says so: loads, forgetting and verify all ask it, of the jobs in asked.
-- The best has the largest of structs whose fields are compared in this order, where NULL is the least: nothing is
-- sorted, so that two million records of one job take no more memory than one.
-- Tables: asked (machine VARCHAR, job_id VARCHAR, submit_time TIMESTAMPTZ)
SELECT o.id, o.machine, o.job_id, o.short_id, o.submit_time, o.file_id, o.line, o.is_job, o.id = best.id AS is_best
FROM outcomes o
JOIN (SELECT o.machine, o.job_id, o.submit_time,
             arg_max(o.id, {
                 'logged': o.file_id IS NOT NULL,
                 'sound': o.source_flags IS NULL,
                 'has_runs': o.run_count IS NOT NULL, 'runs': o.run_count,
                 'has_usage': coalesce(o.walltime_used_s, o.cpu_time_s, o.mem_used_bytes, o.vmem_used_bytes,
                     o.cpu_percent) IS NOT NULL,
                 'has_end': o.end_time IS NOT NULL, 'end_time': o.end_time,
                 'has_stamp': o.logged_time IS NOT NULL, 'logged_time': o.logged_time,
                 'has_attributes': o.attributes IS NOT NULL, 'attributes': o.attributes,
                 'has_hash': o.record_hash IS NOT NULL, 'record_hash': o.record_hash,
                 'first': -o.id}) AS id
      FROM outcomes o
      SEMI JOIN asked a ON a.machine = o.machine AND a.job_id = o.job_id AND a.submit_time = o.submit_time
      GROUP BY o.machine, o.job_id, o.submit_time) best
  ON best.machine = o.machine AND best.job_id = o.job_id AND best.submit_time = o.submit_time
