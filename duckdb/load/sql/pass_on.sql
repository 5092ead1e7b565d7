-- Records that stand in another log too pass to that log. Filled in are their table, and what else of a row tells the log.
UPDATE %[1]s SET file_id = o.file_id, line = o.line%[2]s
FROM owner o JOIN log_files f ON f.file_id = o.file_id
WHERE %[1]s.rowid = o.row
