-- In which ranges of numbers are the raw records of the losers read, so that each has few rows and few bytes?
SELECT min(id), max(id)
FROM (SELECT l.id, sum(octet_length(r.compressed_data) + 4096) OVER (ORDER BY l.id ROWS UNBOUNDED PRECEDING) // 16777216 AS part
      FROM loser l JOIN (SELECT * FROM job_records UNION ALL SELECT * FROM staged_job_records) r ON r.job_id = l.id)
GROUP BY part
ORDER BY part
