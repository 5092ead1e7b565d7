"""Says of each table of a dataset what pyarrow, pandas and DuckDB read in it: a line of JSON each."""

import json
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds


def number(value):
    """An instant as microseconds since 1970, a number as it is."""
    if hasattr(value, "timestamp"):
        return round(value.timestamp() * 1e6)
    return None if value is None else int(value)


def by_arrow(path):
    table = ds.dataset(path, partitioning="hive").to_table()
    table.validate(full=True)
    columns = {}
    for field, values in zip(table.schema, table.columns):
        said = {"known": len(values) - values.null_count}
        if pa.types.is_integer(field.type):
            said |= {"sum": pc.sum(values.cast(pa.decimal128(38, 0))).as_py(), "least": pc.min(values).as_py(), "most": pc.max(values).as_py()}
            said["sum"] = number(said["sum"])
        elif pa.types.is_timestamp(field.type):
            values = values.cast("int64")
            said |= {"least": pc.min(values).as_py(), "most": pc.max(values).as_py()}
        said["type"] = str(field.type)
        said["notes"] = {k.decode(): v.decode() for k, v in (field.metadata or {}).items()}
        columns[field.name] = said
    return {"rows": table.num_rows, "columns": columns}


def by_pandas(path):
    frame = pd.read_parquet(path, dtype_backend="pyarrow")
    columns = {}
    for name in frame.columns:
        values = frame[name]
        said = {"known": int(values.notna().sum()), "type": str(values.dtype)}
        if values.dtype == "int64[pyarrow]":
            known = [int(v) for v in values.dropna()]
            said |= {"sum": sum(known), "least": min(known, default=None), "most": max(known, default=None)} if known else {}
        columns[name] = said
    plain = pd.read_parquet(path)
    return {"rows": len(frame), "columns": columns, "categories": sorted(n for n in plain.columns if str(plain[n].dtype) == "category")}


def by_duckdb(path):
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    table = f"read_parquet('{path}/**/*.parquet', hive_partitioning = true)"
    columns = {}
    for name, kind, *_ in con.execute(f"DESCRIBE SELECT * FROM {table}").fetchall():
        said = {"known": con.execute(f'SELECT count("{name}") FROM {table}').fetchone()[0], "type": kind}
        if kind == "BIGINT":
            said |= dict(zip(("sum", "least", "most"), con.execute(f'SELECT sum("{name}"), min("{name}"), max("{name}") FROM {table}').fetchone()))
        columns[name] = said
    return {"rows": con.execute(f"SELECT count(*) FROM {table}").fetchone()[0], "columns": columns}


for path in sorted(Path(sys.argv[1]).iterdir()):
    if path.is_dir():
        print(json.dumps({"table": path.name, "pyarrow": by_arrow(path), "pandas": by_pandas(path), "duckdb": by_duckdb(path)}))
