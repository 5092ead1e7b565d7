-- A raw record of an outcome is rejected by today's rules: its outcome goes, and it becomes a reject, unless it is one
-- already, and then an exact repeat of that. Its own exact repeats are repeats of the reject.
-- Variables: id BIGINT, reason VARCHAR, hex VARCHAR, hash BIGINT
CREATE OR REPLACE TEMP TABLE turned AS
SELECT o.machine, o.job_id, o.file_id, o.line, o.record_hash, l.file,
       EXISTS (FROM rejects r WHERE r.machine = o.machine AND r.record_hash = getvariable('hash')) AS is_repeat
FROM previous.outcomes o JOIN log_files l USING (file_id)
WHERE o.id = getvariable('id');
UPDATE repeats SET record_hash = getvariable('hash'), object_id = NULL
FROM turned t
WHERE repeats.machine = t.machine AND repeats.object_id = t.job_id AND repeats.record_hash = t.record_hash;
INSERT INTO repeats BY NAME SELECT machine, file_id, line, getvariable('hash') AS record_hash
    FROM turned WHERE is_repeat;
INSERT INTO rejects BY NAME
SELECT machine, file_id, file, line, getvariable('reason') AS reason, unhex(getvariable('hex')) AS bytes,
       getvariable('hash') AS record_hash
FROM turned
WHERE NOT is_repeat;
DELETE FROM outcome_records WHERE outcome_id = getvariable('id')
