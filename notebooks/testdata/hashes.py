import hashlib

db = duckdb.connect(os.environ["PBSDUCK_DB"], read_only=True)
inflate = inflater(db)
for job_id, blob in db.execute("SELECT job_id, compressed_data FROM job_records").fetchall():
    print(job_id, hashlib.sha256(inflate(blob)).hexdigest())
