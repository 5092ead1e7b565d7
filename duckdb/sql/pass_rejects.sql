-- Rejects whose bytes stand in another log too pass to that log.
UPDATE rejects SET file_id = h.file_id, line = h.line, file = f.file
FROM heir h JOIN log_files f ON f.file_id = h.file_id
WHERE rejects.rowid = h.row
