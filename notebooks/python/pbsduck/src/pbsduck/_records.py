"""Raw records: their bytes, texts and attributes, in SQL and job by job."""

from __future__ import annotations

import functools
import gzip
import hashlib
import operator
import zlib
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import duckdb
import pyarrow as pa
import zstandard

from ._attributes import attributes, text

Inflate = Callable[[bytes], bytes]


def register(con: duckdb.DuckDBPyConnection) -> None:
    """Gives a connection the functions pbs_record and pbs_attributes. Its cursors have them, too."""
    inflate = inflater(con)
    of_texts = pa.map_(pa.string(), pa.string())

    def pbs_record(blobs: Any) -> Any:
        return pa.array([None if b is None else text(inflate(b)) for b in blobs.to_pylist()], pa.string())

    def pbs_attributes(blobs: Any) -> Any:
        return pa.array([None if b is None else list(attributes(inflate(b)).items()) for b in blobs.to_pylist()],
            of_texts)

    blob, texts = duckdb.type("BLOB"), duckdb.type("VARCHAR")
    for function, result in ((pbs_record, texts), (pbs_attributes, duckdb.map_type(texts, texts))):
        try:
            con.remove_function(function.__name__)
        except duckdb.InvalidInputException:
            pass  # it has none yet
        try:
            con.create_function(  # type: ignore[call-overload, unused-ignore]
                function.__name__, function, [blob], result, type="arrow")
        except duckdb.CatalogException:
            pass  # another connection to the file, such as that of open, gave them to all


def inflater(con: duckdb.DuckDBPyConnection) -> Inflate:
    """A function that turns blobs of job_records into the records' bytes. ValueError says which blob is damaged, and
    how."""
    decompressors = {0: zstandard.ZstdDecompressor()}  # 0: made without a dictionary
    for number, content in con.cursor().execute("SELECT dictionary_id, dictionary FROM record_dictionaries").fetchall():
        try:
            decompressors[number] = zstandard.ZstdDecompressor(zstandard.ZstdCompressionDict(content))
        except zstandard.ZstdError:
            pass  # only the records that need it can't be read

    def inflate(blob: bytes) -> bytes:
        try:
            if blob.startswith(b"\x1f\x8b"):
                return gzip.decompress(blob)
            return decompressors[zstandard.get_frame_parameters(blob).dict_id].decompress(blob)
        except KeyError as missing:
            why = f"zstd dictionary {missing} is not in the database, or damaged there"
        except (zstandard.ZstdError, OSError, EOFError, zlib.error) as damage:
            why = str(damage)
        raise ValueError(
            f"a raw record can't be read, that whose md5(compressed_data) is '{hashlib.md5(blob).hexdigest()}': {why}")

    return inflate


class Record:
    """The raw record of a job. It is inflated and read when it is first asked for, and once."""

    def __init__(self, job: str, blob: bytes, inflate: Inflate) -> None:
        self.job = job  # whose it is, for people
        self.compressed_data = blob
        self._inflate = inflate

    @functools.cached_property
    def bytes(self) -> bytes:
        """The exact bytes that PBS wrote."""
        try:
            return self._inflate(self.compressed_data)
        except ValueError as why:
            raise ValueError(f"{self.job}: {why}") from None

    @functools.cached_property
    def text(self) -> str:
        """The bytes as text: UTF-8, or if they are none Latin-1."""
        return text(self.bytes)

    @functools.cached_property
    def attributes(self) -> dict[str, str]:
        """The attributes by name."""
        return attributes(self.bytes)

    def __repr__(self) -> str:
        return f"<raw record of {self.job}>"


class _Records:
    """The records of one connection that were asked for."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.inflate = inflater(con)
        self.by_row: dict[int, Record | None] = {}


_asked: WeakKeyDictionary[duckdb.DuckDBPyConnection, _Records] = WeakKeyDictionary()
_MOST_KEPT = 10_000  # records of a connection


def record(con: duckdb.DuckDBPyConnection, job: int | str, *, machine: str | None = None) -> Record | None:
    """The raw record of a job; None where there is none, as of jobs that did not come from a log, or no such job.

    job is the number of its row (jobs.id), also one of numpy or pandas, or as text its id (jobs.job_id), with or
    without the server: "123.srv", "123", "123[7]". Where several jobs have the id, machine may tell them apart;
    LookupError lists them. A damaged record is told, by ValueError, when its
    bytes are asked for. Who asks for a job again gets the same Record, so that none is decoded twice.
    """
    row = _row_of(con, job, machine) if isinstance(job, str) else operator.index(job)
    if row is None:
        return None
    records = _asked.get(con) or _asked.setdefault(con, _Records(con))
    if row not in records.by_row:
        if len(records.by_row) >= _MOST_KEPT:
            records.by_row.clear()
        found = con.cursor().execute(
            "SELECT 'job ' || j.job_id || ' of ' || j.machine, r.compressed_data "
            "FROM jobs j JOIN job_records r ON r.job_id = j.id "
            "WHERE j.id = ?", [row]).fetchone()
        records.by_row[row] = Record(found[0], found[1], records.inflate) if found else None
    return records.by_row[row]


def _row_of(con: duckdb.DuckDBPyConnection, job: str, machine: str | None) -> int | None:
    is_it = "job_id = $1" if "." in job else "(job_id = $1 OR starts_with(job_id, $1 || '.'))"
    found = con.cursor().execute(
        "SELECT id, machine, strftime(submit_time AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ') FROM jobs "
        f"WHERE {is_it} AND ($2 IS NULL OR machine = $2) ORDER BY submit_time, id", [job, machine]).fetchall()
    if len(found) > 1:
        which = "; ".join(f"{row}: of {where}, submitted {when or 'at an unknown time'}" for row, where, when in found)
        raise LookupError(
            f"{len(found)} jobs have the id {job}: give the number (jobs.id) of one, or its machine: {which}")
    return int(found[0][0]) if found else None
