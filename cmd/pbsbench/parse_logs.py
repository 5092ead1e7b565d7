# Reads every record of the logs named, as pbsparse does for its users. Records that it can't read are left out, and
# counted.
import sys

from pbsparse import PbsRecord

failed = 0
for path in sys.argv[1:]:
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            try:
                PbsRecord(line, process=True)
            except (ValueError, KeyError, AttributeError, IndexError, TypeError):
                failed += 1
print(failed, "records failed", file=sys.stderr)
