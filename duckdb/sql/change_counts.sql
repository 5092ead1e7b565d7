-- By how much did the counts of logs in the ledger change? Filled in are lists of the same length: the logs, and the changes.
UPDATE log_files
SET jobs = log_files.jobs + c.jobs,
    superseded = log_files.superseded + c.superseded,
    events = log_files.events + c.events,
    repeats = log_files.repeats + c.repeats,
    rejects = log_files.rejects + c.rejects
FROM (SELECT %[1]s AS file_id, %[2]s AS jobs, %[3]s AS superseded, %[4]s AS events, %[5]s AS repeats, %[6]s AS rejects) c
WHERE log_files.file_id = c.file_id
