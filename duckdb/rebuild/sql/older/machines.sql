-- Of which machines are there logs in a database of an earlier version? Temporary views of these names stand for what
-- it has not.
CREATE OR REPLACE TEMP VIEW machines AS SELECT DISTINCT machine, NULL::VARCHAR AS time_zone FROM log_files;
CREATE OR REPLACE TEMP VIEW outcomes AS SELECT machine FROM log_files WHERE false
