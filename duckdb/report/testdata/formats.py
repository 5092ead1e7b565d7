"""Reads results that stand in a folder in each format, by other people's readers, and tells where they differ."""

import collections
import csv
import json
import pathlib
import sys

import pyarrow
import pyarrow.ipc
import pyarrow.parquet

csv.field_size_limit(1 << 30)


def unique(pairs):
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names), f"a name twice: {names}"
    return dict(pairs)


def refuse(constant):
    raise ValueError(f"{constant} is no JSON")


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as f:
        rows = list(csv.reader(f, strict=True))
    return rows[0], [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def read_json(path):
    rows = json.loads(path.read_text("utf-8"), object_pairs_hook=unique, parse_constant=refuse)
    return None, rows


def read_ndjson(path):
    lines = path.read_bytes().decode("utf-8").split("\n")
    assert lines.pop() == "", "no newline at the end"
    return None, [json.loads(line, object_pairs_hook=unique, parse_constant=refuse) for line in lines]


def of_table(table):
    table.validate(full=True)
    assert len(set(table.column_names)) == len(table.column_names), table.column_names
    return table.column_names, table.to_pylist()


def read_parquet(path):
    return of_table(pyarrow.parquet.read_table(path))


def read_arrow(path):
    return of_table(pyarrow.ipc.open_file(path).read_all())


def read_arrows(path):
    return of_table(pyarrow.ipc.open_stream(path).read_all())


def text(value):
    """A value as all formats can be brought to say it: numbers by nine digits, texts as they are."""
    if value is None or value == "":
        return ""
    if hasattr(value, "isoformat"):
        value = value.isoformat()
    value = str(value)
    if len(value) > 18 and value[4] == value[7] == "-" and value[13] == ":":
        return value[:19].replace("T", " ")
    try:
        return f"{float(value):.9g}"
    except ValueError:
        return value


results = collections.defaultdict(dict)
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    kind = path.suffix[1:]
    if kind in ("table", "markdown"):
        continue
    try:
        columns, rows = globals()["read_" + kind](path)
    except Exception as e:
        sys.exit(f"{path.name}: {e}")
    if columns is None:
        columns = list(rows[0]) if rows else None
    results[path.stem][kind] = (columns, [{name: text(value) for name, value in row.items()} for row in rows])

for name, kinds in results.items():
    columns, rows = kinds["arrow"]
    for kind, (others, other) in kinds.items():
        if others is not None and others != columns:
            sys.exit(f"{name}: {kind} has the columns {others}, arrow {columns}")
        if other != rows:
            differ = next((pair for pair in zip(other, rows) if pair[0] != pair[1]), (len(other), len(rows)))
            sys.exit(f"{name}: {kind} says {differ[0]}, arrow {differ[1]}")

print(len(results), sum(len(kinds) for kinds in results.values()),
    sum(len(kinds["csv"][1]) for kinds in results.values()))
