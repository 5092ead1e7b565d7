"""A notebook that is open while logs are loaded: one connection stays open and must go on seeing what it saw; another
is opened again and again, and must see more and more. Ends with standard input, and says how often it opened, and how
many jobs it saw first and last."""

import sys
import threading
import time

import pbsduck

COUNT = "SELECT count(*), count(pbs_attributes(compressed_data)) FROM jobs j JOIN job_records r ON r.job_id = j.id"

over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()

stays = pbsduck.open()
stays.execute("SET enable_progress_bar = false")
first = last = stays.execute(COUNT).fetchone()
print("open", flush=True)
opened = 0
while True:
    ending = over.is_set()  # what is published before is seen by the last look
    with pbsduck.open() as con:
        con.execute("SET enable_progress_bar = false")
        now = con.execute(COUNT).fetchone()
    opened += 1
    assert now >= last and now[0] == now[1], (now, last)
    assert stays.execute(COUNT).fetchone() == first
    last = now
    time.sleep(0.1)
    if ending:
        break
print(opened, first[0], last[0])
