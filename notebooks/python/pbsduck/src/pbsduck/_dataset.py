"""Datasets of pbsduck export --dataset."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.dataset

from ._opening import StrPath

if TYPE_CHECKING:
    import polars

_MANIFEST = "_manifest.json"
_FORMAT = 1  # of the manifest, and of the folder, that this package knows
_FOR_ICEBERG = ["machine", "month"]  # by what a dataset is partitioned whose files are those of Iceberg tables


class Dataset:
    """A hive-partitioned dataset: its tables for polars and for pyarrow, of which nothing is read before it is asked
    for."""

    def __init__(self, path: Path, manifest: dict[str, Any]) -> None:
        self.path = path
        self.manifest = manifest  # what it says of tables, partitions and files

    @property
    def tables(self) -> list[str]:
        """The names of its tables that have rows."""
        return sorted(one["table"] for one in self.manifest["tables"] if one["files"])

    @property
    def _keys(self) -> list[str]:
        """The columns that folders are named by. A machine is a text also where all that there are look like numbers,
        so that neither library may guess what they are."""
        return list(self.manifest.get("partition", ["machine", "year", "month"]))

    def polars(self, table: str) -> polars.LazyFrame:
        """A table for polars. What is asked of machine, year and month, or of times, is asked of few files."""
        import polars

        types = {key: polars.String if key == "machine" else polars.Int64 for key in self._keys}
        return polars.scan_parquet(
            self._folder(table), hive_partitioning=True, hive_schema=types, glob=False)  # brackets are a name's own

    def arrow(self, table: str) -> Any:
        """A table for pyarrow: a pyarrow.dataset.Dataset, of which .to_table(columns=, filter=).to_pandas() is a
        frame."""
        types = pa.schema([(key, pa.string() if key == "machine" else pa.int32()) for key in self._keys])
        return pyarrow.dataset.dataset(self._folder(table), format="parquet",
            partitioning=pyarrow.dataset.partitioning(types, flavor="hive"))

    def _folder(self, table: str) -> Path:
        if table not in self.tables:
            raise LookupError(f"{self.path} has no table {table}: it has {', '.join(self.tables)}")
        return self.path / table

    def __repr__(self) -> str:
        return f"<dataset {self.path}: {', '.join(self.tables)}>"


def dataset(path: StrPath) -> Dataset:
    """The dataset in a folder. FileNotFoundError says that there is none."""
    folder = Path(path)
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(
            f"{folder} is no dataset, it has no {_MANIFEST}: pbsduck export --dataset {folder} makes one") from None
    except ValueError as why:
        raise ValueError(f"{folder / _MANIFEST} can't be read: {why}") from None
    if not isinstance(manifest, dict) or not isinstance(manifest.get("format"), int):
        raise ValueError(f"{folder / _MANIFEST} is no manifest of a dataset of pbsduck")
    if manifest.get("partition") == _FOR_ICEBERG:
        raise ValueError(
            f"{folder} is a dataset for Iceberg, which pbsduck-iceberg reads to write tables: "
            "pbsduck export --dataset FOLDER makes one for Python, in another folder")
    if manifest["format"] > _FORMAT:
        raise ValueError(
            f"{folder} was written by a newer pbsduck ({manifest.get('program')}): install a newer package")
    return Dataset(folder, manifest)
