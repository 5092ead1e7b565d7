"""Says of each Parquet file named what pyarrow reads in it: one line of JSON each."""

import json
import sys

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


def largest(values):
    """Largest number, or instant in microseconds since 1970."""
    if pa.types.is_timestamp(values.type) or pa.types.is_integer(values.type):
        return pc.max(values.cast("int64")).as_py()


def describe(path):
    table = pq.read_table(path)
    table.validate(full=True)
    columns = []
    for field, values in zip(table.schema, table.columns):
        notes = {k.decode(): v.decode() for k, v in field.metadata.items()}
        columns.append({"name": field.name, "type": str(field.type), "notes": notes,
                        "known": len(values) - values.null_count, "largest": largest(values)})
    metadata = {k.decode(): v.decode() for k, v in table.schema.metadata.items()}
    return {"rows": table.num_rows, "columns": columns, "metadata": metadata}


for path in sys.argv[1:]:
    print(json.dumps(describe(path)))
