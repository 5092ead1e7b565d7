-- By how much did the counts of logs in the ledger change? The lists are of the logs, and as long ones of by how much
-- each of their counts changed.
-- Variables: files BIGINT[], jobs BIGINT[], superseded BIGINT[], events BIGINT[], repeats BIGINT[], rejects BIGINT[]
UPDATE log_files
SET jobs = log_files.jobs + c.jobs,
    superseded = log_files.superseded + c.superseded,
    events = log_files.events + c.events,
    repeats = log_files.repeats + c.repeats,
    rejects = log_files.rejects + c.rejects
FROM (SELECT unnest(getvariable('files')) AS file_id, unnest(getvariable('jobs')) AS jobs,
    unnest(getvariable('superseded')) AS superseded,
             unnest(getvariable('events')) AS events, unnest(getvariable('repeats')) AS repeats,
             unnest(getvariable('rejects')) AS rejects) c
WHERE log_files.file_id = c.file_id
