import re

import duckdb

con.execute("SET enable_progress_bar = false")
pbsduck.register(con)
try:
    con.execute("SELECT pbs_record('abc'::BLOB)").fetchall()
except duckdb.Error as damage:
    print(re.search("md5\\(compressed_data\\) is '(.*?)'", str(damage))[1])
print(con.execute("SELECT TRY(pbs_record('abc'::BLOB)), TRY(pbs_attributes('abc'::BLOB)), pbs_record(NULL)").fetchall())
print(con.cursor().execute("SELECT count(*) - count(b), count(pbs_attributes(b)) > 1000 FROM (SELECT NULL::BLOB AS b "
    "UNION ALL SELECT compressed_data FROM job_records)").fetchall())
