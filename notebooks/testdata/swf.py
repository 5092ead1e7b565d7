"""Reads a log in the Standard Workload Format as strictly as its definition (version 2.2) has it, and says what is in
it as JSON.

https://www.cs.huji.ac.il/labs/parallel/workload/swf.html
"""

import json
import re
import sys
from zoneinfo import ZoneInfo

LABELS = set("""Version Computer Installation Acknowledge Information Conversion MaxJobs MaxRecords Preemption
UnixStartTime TimeZone TimeZoneString StartTime EndTime MaxNodes MaxProcs MaxRuntime MaxMemory AllowOveruse MaxQueues
Queues Queue MaxPartitions Partitions Partition Note""".split())
FIELDS = """number submit wait run processors cpu memory processors_asked run_asked memory_asked status user group
executable queue partition before think""".split()

text = open(sys.argv[1], "rb").read().decode("utf-8")
assert text.endswith("\n") and "\r" not in text
head, queues, jobs = {}, {}, []
for line in text.split("\n")[:-1]:
    if line.startswith(";"):
        assert not jobs, "a comment behind a job"
        label, value = re.fullmatch(r"; (\w+): (.*)", line).groups()
        assert label in LABELS, label
        if label == "Queue":
            number, name = value.split(" ", 1)
            assert int(number) not in queues
            queues[int(number)] = name
        elif label != "Note":
            assert label not in head, label
            head[label] = value
        continue
    values = line.split()
    assert len(values) == 18 and all(re.fullmatch(r"-1|\d+", v) for v in values), line
    jobs.append(dict(zip(FIELDS, map(int, values))))

assert head["Version"] == "2.2" and int(head["MaxJobs"]) == int(head["MaxRecords"]) == len(jobs) > 0
assert head["Preemption"] in ("No", "Yes", "Double", "TS") and head["AllowOveruse"] in ("Yes", "No")
ZoneInfo(head["TimeZoneString"])
assert re.fullmatch(r"\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \S+ \d{4}", head["StartTime"]), head["StartTime"]
assert int(head["MaxQueues"]) == len(queues) and sorted(queues) == list(range(1, len(queues) + 1))
assert [j["number"] for j in jobs] == list(range(1, len(jobs) + 1))
assert jobs[0]["submit"] == 0 and all(a["submit"] <= b["submit"] for a, b in zip(jobs, jobs[1:]))
assert max(j["run_asked"] for j in jobs) == int(head["MaxRuntime"])
for key in ("user", "group", "executable", "queue"):
    seen = [n for n in dict.fromkeys(j[key] for j in jobs) if n != -1]
    assert seen == list(range(1, len(seen) + 1)), f"{key} is not numbered by first appearance: {seen[:9]}"
for j in jobs:
    assert j["status"] in (-1, 0, 1, 5), j
    assert 0 not in (j["processors"], j["processors_asked"], j["user"], j["group"], j["executable"], j["queue"]), j
    assert j["queue"] == -1 or j["queue"] in queues, j
    assert j["partition"] == j["before"] == j["think"] == -1
    assert j["run"] == -1 or j["submit"] + max(0, j["wait"]) + j["run"] >= 0

sums = {f: sum(j[f] for j in jobs if j[f] != -1) for f in FIELDS}
known = {f: sum(j[f] != -1 for j in jobs) for f in FIELDS}
by_queue = {name: sum(j["queue"] == n for j in jobs) for n, name in queues.items()}
counts = {key: len({j[key] for j in jobs} - {-1}) for key in ("user", "group", "executable")}
print(json.dumps({"jobs": len(jobs), "start": int(head["UnixStartTime"]), "sums": sums, "known": known,
    "queues": by_queue, "counts": counts,
                  "status": {str(s): sum(j["status"] == s for j in jobs) for s in (-1, 0, 1, 5)},
                  "nodes": int(head["MaxNodes"]), "processors": int(head["MaxProcs"])}))
