import hashlib


def sha(some):
    return hashlib.sha256(some).hexdigest()


con.execute("SET enable_progress_bar = false")
inflate = pbsduck.inflater(con)
records = con.execute(
    "SELECT job_id, compressed_data, pbs_record(compressed_data), pbs_attributes(compressed_data) FROM job_records")
for job_id, blob, text, attributes in records.fetchall():
    pairs = "".join(f"{name}={value}\0" for name, value in attributes.items())
    print(job_id, sha(inflate(blob)), sha(text.encode()), sha(pairs.encode()))
