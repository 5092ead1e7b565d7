-- Rejects whose bytes stand in another log too pass to that log. Where they begin there nobody noted, but the line.
UPDATE rejects SET file_id = h.file_id, line = h.line, byte_offset = NULL, file = f.file, row_check = NULL
FROM heir h JOIN log_files f ON f.file_id = h.file_id
WHERE rejects.rowid = h.row
