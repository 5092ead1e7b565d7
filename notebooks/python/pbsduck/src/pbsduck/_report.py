"""Answers to the questions that are asked again and again."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Union

import duckdb
import pyarrow as pa

from ._opening import file_of
from ._program import run

Value = Union[str, int, datetime.date, bool, None]
Flag = Union[Value, Sequence[Value]]
Words = Union[str, Sequence[str], None]
Day = Union[str, datetime.date, None]


def report(con: duckdb.DuckDBPyConnection, name: str, *, by: Words = None, since: Day = None, until: Day = None,
           **flags: Flag) -> pa.Table:
    """The answer of a report (pbsduck report lists them; pbsduck.reports has a function for each), from the database
    that is open.

    by parts the rows: "month", "account", ["month", "account"], "nothing". since and until are the first and the last
    day. flags are those of pbsduck report: choices of the report, such as size="gpus", and which jobs are meant, such
    as user="a*", queue=["cpu", "gpu"], exit_class="!ok", elapsed="2h..", where="ncpus > 1", and choices of a site's own
    reports, set="longest=5".

    The SQL is what `pbsduck report NAME --sql` prints, asked on a cursor of its own: nothing that it sets stays. The
    result is an Arrow table: .to_pandas(), polars.from_arrow(...).
    """
    if name.startswith("-"):
        raise ValueError(f"there is no report {name}")
    words = ["report", name, "--sql", "--db", str(file_of(con)),
        *_words("by", [by] if isinstance(by, str) else by, joined=True)]
    words += _words("since", since) + _words("until", until)
    for flag, value in flags.items():
        if flag in _NOT_OF_REPORTS:
            raise ValueError(f"{flag}: a report from Python is of the database that is open, and an Arrow table")
        words += _words(flag, value)
    return _ask(con, run(words))


_NOT_OF_REPORTS = ("db", "output", "help", "sql", "version")  # what they would do is done


def _words(name: str, value: Flag, *, joined: bool = False) -> list[str]:
    """A flag as words of a command line; none if it has no value."""
    flag = "--" + name.replace("_", "-")
    if value is None or value is False:
        return []
    if value is True:
        return [flag]
    if isinstance(value, Sequence) and not isinstance(value, str):
        texts = [_text(one) for one in value]
        return [f"{flag}={','.join(texts)}"] if joined else [f"{flag}={one}" for one in texts]
    return [f"{flag}={_text(value)}"]


def _text(value: Value) -> str:
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value}: an instant without a zone: give it one, such as datetime.timezone.utc")
        return value.astimezone(datetime.timezone.utc).replace(tzinfo=None).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _ask(con: duckdb.DuckDBPyConnection, script: str) -> pa.Table:
    """The rows of a report, with the columns period and entity as what they are, and only if there are such."""
    cursor = con.cursor()
    cursor.execute("SET TimeZone = 'UTC'")
    answer = fetch(cursor.execute(script))
    chosen = cursor.execute("SELECT getvariable('period'), getvariable('entity')").fetchone()
    assert chosen
    period, entity = chosen
    if period is None:
        answer = answer.drop_columns(["period"]) if "period" in answer.column_names else answer
    if "entity" not in answer.column_names:
        return answer
    if entity is None or entity in answer.column_names:
        return answer.drop_columns(["entity"])
    return answer.rename_columns([entity if column == "entity" else column for column in answer.column_names])


def fetch(cursor: duckdb.DuckDBPyConnection) -> pa.Table:
    """What was asked, as an Arrow table; by the name that DuckDB's version has for it."""
    newer = getattr(cursor, "to_arrow_table", None)
    return newer() if newer else cursor.fetch_arrow_table()
