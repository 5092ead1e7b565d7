-- Which records claim the jobs of the rows that were set aside? $1: the machine.
CREATE OR REPLACE TEMP TABLE candidate AS
WITH claimed AS (
    SELECT DISTINCT job_id, submit_time FROM staged_jobs
),
row_of_job AS (
    SELECT j.*, false AS is_staged
    FROM jobs j SEMI JOIN claimed c ON c.job_id = j.job_id AND c.submit_time = j.submit_time
    WHERE j.machine = $1
    UNION ALL
    SELECT *, true FROM staged_jobs
),
source AS (
    SELECT *, false AS is_staged FROM job_sources
    UNION ALL
    SELECT *, true FROM staged_job_sources
)
SELECT j.id, j.machine, j.job_id AS object_id, j.submit_time, j.is_staged, s.file_id, s.line, s.logged_time, s.record_hash, s.flags,
       j.run_count, j.end_time, s.attributes,
       coalesce(j.walltime_used_s, j.cpu_time_s, j.mem_used_bytes, j.vmem_used_bytes, j.cpu_percent) IS NOT NULL AS has_usage
FROM row_of_job j JOIN source s ON s.job_id = j.id AND s.is_staged = j.is_staged
