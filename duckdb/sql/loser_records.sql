-- Where were the losers read, and what are their raw records? Filled in is a range of numbers, as literals: see find_jobs.sql.
SELECT l.file_id, l.line, l.logged_time, l.object_id, r.compressed_data, coalesce(l.flags, '')
FROM loser l
JOIN (SELECT * FROM job_records WHERE job_id BETWEEN %[1]d AND %[2]d
      UNION ALL
      SELECT * FROM staged_job_records WHERE job_id BETWEEN %[1]d AND %[2]d) r ON r.job_id = l.id
WHERE l.id BETWEEN %[1]d AND %[2]d
ORDER BY l.id
