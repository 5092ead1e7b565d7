"""Compares what reports say in Spark of a dataset with what pbsduck says of its database.

    reports.py PROGRAMS PBSDUCK DATASET DATABASE: PROGRAMS is the folder of the programs in Spark.
"""

import json
import math
import subprocess
import sys

programs, pbsduck, dataset, database, *more = sys.argv[1:]  # more: flags for all reports
sys.path.insert(0, programs)
from lake import session  # noqa: E402
from reports import answer, asked_of, machines_of  # noqa: E402

ASKED = [
    ["usage"], ["usage", "--by", "month,account"], ["usage", "--by", "queue", "--sort", "gpu_hours"],
    ["waits"], ["waits", "--by", "day,queue"],
    ["waits", "--size", "memory", "--by", "machine", "--wait-kind", "total"],
    ["sizes", "--size", "cpus"], ["sizes", "--by", "month,queue"],
    ["failures"], ["failures", "--by", "queue", "--since", "2026-01-02"],
    ["charges"], ["charges", "--by", "month,account"], ["charges", "--by", "user", "--since", "2026-01-02"],
    ["charges", "--by", "exit_class"], ["charges", "--by", "day,priority", "--machine", "derecho"],
    ["utilisation"], ["utilisation", "--by", "queue"], ["utilisation", "--by", "week,user", "--machine", "derecho"],
    ["utilisation", "--by", "month", "--since", "2026-01-02", "--until", "2026-01-03"],
    ["hours", "--by", "account"], ["concurrency"], ["queue-depth"],
]


def same(a: object, b: object) -> bool:
    if isinstance(a, float) or isinstance(b, float):
        return a is not None and b is not None and math.isclose(float(a), float(b), rel_tol=1e-9)
    return a == b


spark = session()
wrong = 0
for name, *flags in ([*asked, *more] for asked in ASKED):
    script, given = asked_of(pbsduck, name, flags, machines_of(dataset))
    got = [json.loads(json.dumps(r.asDict(), default=str)) for r in answer(spark, script, given, dataset).collect()]
    line = [pbsduck, "report", name, *flags, "--db", database, "--format", "json"]
    want = json.loads(subprocess.run(line, check=True, capture_output=True, text=True).stdout)
    for row in want:
        for column, value in row.items():
            if isinstance(value, str) and column == "period":
                row[column] = value[:10]
            if isinstance(value, str) and column == "hour":
                row[column] = value.replace("T", " ").removesuffix("Z")
    differ = [(g, w) for g, w in zip(got, want) if g.keys() != w.keys() or not all(same(g[c], w[c]) for c in w)]
    if differ or len(got) != len(want):
        wrong += 1
        print(name, *flags, "differs:", differ[0] if differ else (len(got), len(want)))
    elif not want:
        print(name, *flags, "has no rows")
print("same" if wrong == 0 else f"{wrong} differ")
