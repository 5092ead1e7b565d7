"""Says as JSON what evalys reads in a log in the Standard Workload Format, and the load that it finds in it."""

import json
import sys

import pandas as pd

try:
    import evalys  # noqa: F401
except ImportError:
    print("null")
    sys.exit()

read_csv = pd.read_csv


def as_before(*args, delim_whitespace=False, **options):
    """What evalys 4.0.7 asks of pandas by a word that pandas 3 calls another."""
    return read_csv(*args, **options, **({"sep": r"\s+"} if delim_whitespace else {}))


pd.read_csv = as_before
from evalys.workload import Workload  # noqa: E402

w = Workload.from_csv(sys.argv[1])
sums = {c: int(w.df.loc[w.df[c] >= 0, c].sum())
    for c in ("submission_time", "waiting_time", "execution_time", "proc_alloc", "user_est")}
print(json.dumps({"jobs": len(w.df), "users": int(w.df.uid.nunique()), "queues": int(w.df.queue.nunique()),
    "processors": int(w.MaxProcs),
                  "start": int(w.UnixStartTime), "load": float(w.utilisation.load.max()), **sums}))
