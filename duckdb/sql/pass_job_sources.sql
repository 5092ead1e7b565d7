-- Jobs whose record stands in another log too pass to that log.
UPDATE job_sources SET file_id = h.file_id, line = h.line FROM heir h WHERE job_sources.job_id = h.row
