-- By how much did the counts of logs in the ledger change? $1: the logs. $2 to $6: lists as
-- long, by how much each of their counts changed.
UPDATE log_files
SET jobs = log_files.jobs + c.jobs,
    superseded = log_files.superseded + c.superseded,
    events = log_files.events + c.events,
    repeats = log_files.repeats + c.repeats,
    rejects = log_files.rejects + c.rejects
FROM (SELECT unnest($1::BIGINT[]) AS file_id, unnest($2::BIGINT[]) AS jobs, unnest($3::BIGINT[]) AS superseded,
             unnest($4::BIGINT[]) AS events, unnest($5::BIGINT[]) AS repeats, unnest($6::BIGINT[]) AS rejects) c
WHERE log_files.file_id = c.file_id
