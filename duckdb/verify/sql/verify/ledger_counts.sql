-- What the ledger says of a log is what the tables hold of it.
WITH kept AS (
    SELECT file_id, CASE WHEN is_job THEN 'jobs' ELSE 'superseded' END AS what, count(*) AS n FROM outcomes
    WHERE file_id IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT file_id, 'events', count(*) FROM events GROUP BY ALL
    UNION ALL
    SELECT file_id, 'repeats', count(*) FROM repeats GROUP BY ALL
    UNION ALL
    SELECT file_id, 'rejects', count(*) FROM rejects GROUP BY ALL
),
told AS (
    SELECT file_id, machine, name, what, told
    FROM log_files UNPIVOT (told FOR what IN (jobs, superseded, events, repeats, rejects))
)
SELECT file_id, machine, name, what, coalesce(told, 0) AS ledger, coalesce(n, 0) AS rows
FROM told FULL JOIN kept USING (file_id, what)
WHERE coalesce(told, 0) <> coalesce(n, 0)
