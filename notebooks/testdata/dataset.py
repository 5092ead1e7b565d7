"""Says of each table of a dataset what pyarrow, pandas, polars and DuckDB read in it: a line of JSON each."""

import datetime as dt
import json
import sys
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)


def canonical(value):
    """An instant as microseconds since 1970, a day as days, bytes in hex, a truth as 0 or 1; else as it is."""
    if isinstance(value, dt.datetime):
        return (value - EPOCH) // dt.timedelta(microseconds=1)
    if isinstance(value, dt.date):
        return (value - EPOCH.date()).days
    if isinstance(value, bytes):
        return value.hex()
    return int(value) if isinstance(value, bool) else value


def column(values, kind, notes=None):
    """What is in a column: how many values are known, their sum, the least and the greatest."""
    known = [canonical(v) for v in values if v is not None and v is not pd.NA and v is not pd.NaT]
    said = {"known": len(known), "type": str(kind), "notes": notes}
    if known:
        said |= {"least": str(min(known)), "most": str(max(known))}
        if not isinstance(known[0], str):
            said["sum"] = str(sum(known))
    return said


def by_arrow(path):
    table = ds.dataset(path, partitioning="hive").to_table()
    table.validate(full=True)
    notes = {f.name: {k.decode(): v.decode() for k, v in (f.metadata or {}).items()} for f in table.schema}
    return table.num_rows, {f.name: column(v.to_pylist(), f.type, notes[f.name])
        for f, v in zip(table.schema, table.columns)}, []


def by_pandas(path):
    frame, plain = pd.read_parquet(path, dtype_backend="pyarrow"), pd.read_parquet(path)
    categories = sorted(n for n in plain.columns if str(plain[n].dtype) == "category")
    return len(frame), {n: column(list(frame[n].astype(object)), frame[n].dtype) for n in frame.columns}, categories


def by_polars(path):
    frame = pl.scan_parquet(f"{path}/**/*.parquet", hive_partitioning=True).collect()
    categories = sorted(n for n, t in frame.schema.items() if t == pl.Categorical)
    return frame.height, {n: column(frame[n].to_list(), frame.schema[n]) for n in frame.columns}, categories


def by_duckdb(path):
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    table = con.sql(f"FROM read_parquet('{path}/**/*.parquet', hive_partitioning = true)")
    columns = zip(*table.fetchall())
    return len(table), {n: column(v, t) for n, t, v in zip(table.columns, table.types, columns)}, []


for path in sorted(Path(sys.argv[1]).iterdir()):
    if path.is_dir():
        said = {"table": path.name}
        for name, read in ("pyarrow", by_arrow), ("pandas", by_pandas), ("polars", by_polars), ("duckdb", by_duckdb):
            rows, columns, categories = read(path)
            said[name] = {"rows": rows, "columns": columns, "categories": categories}
        print(json.dumps(said))
