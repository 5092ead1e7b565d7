"""Compares what reports say in Spark of a dataset with what pbsduck says of its database: folder of the programs, pbsduck, dataset, database."""

import json
import math
import subprocess
import sys

programs, pbsduck, dataset, database = sys.argv[1:]
sys.path.insert(0, programs)
from lake import session  # noqa: E402
from reports import answer, script_of  # noqa: E402

ASKED = [
    ["usage"], ["usage", "--by", "month,account"], ["usage", "--by", "queue", "--sort", "gpu_hours"], ["waits"], ["waits", "--by", "day,queue"],
    ["waits", "--size", "memory", "--by", "machine", "--wait-kind", "total"], ["sizes", "--size", "cpus"], ["sizes", "--by", "month,queue"],
    ["failures"], ["failures", "--by", "queue", "--since", "2026-01-02"],
]


def same(a: object, b: object) -> bool:
    if isinstance(a, float) or isinstance(b, float):
        return a is not None and b is not None and math.isclose(float(a), float(b), rel_tol=1e-9)
    return a == b


spark = session()
wrong = 0
for name, *flags in ASKED:
    script, classes = script_of(pbsduck, name, flags)
    got = [json.loads(json.dumps(r.asDict(), default=str)) for r in answer(spark, script, classes, dataset).collect()]
    text = subprocess.run([pbsduck, "report", name, *flags, "--db", database, "--format", "json"], check=True, capture_output=True, text=True).stdout
    want = json.loads(text)
    for row in want:
        for column, value in row.items():
            if isinstance(value, str) and column == "period":
                row[column] = value[:10]
    fine = len(got) == len(want) and all(g.keys() == w.keys() and all(same(g[c], w[c]) for c in w) for g, w in zip(got, want))
    if not fine:
        wrong += 1
        first = next(((g, w) for g, w in zip(got, want) if not all(same(g.get(c), w[c]) for c in w)), (len(got), len(want)))
        print(name, *flags, "differs:", first)
    elif not want:
        print(name, *flags, "has no rows")
print("same" if wrong == 0 else f"{wrong} differ")
