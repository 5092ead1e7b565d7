-- Which raw records and nodes do the jobs of a database of version 1 to 3 have?
INSERT INTO outcome_records SELECT job_id, compressed_data, created_at, true FROM previous.job_records;
INSERT INTO outcome_nodes SELECT job_id, node, ncpus, ngpus, mem_bytes, true FROM previous.job_nodes
