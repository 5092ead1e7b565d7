-- Events whose record stands in another log too pass to that log.
UPDATE events SET file_id = h.file_id, line = h.line FROM heir h WHERE events.rowid = h.row
