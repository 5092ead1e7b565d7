"""The published database, opened."""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path
from typing import Union
from weakref import WeakKeyDictionary, WeakValueDictionary

import duckdb

from ._records import register

StrPath = Union[str, "os.PathLike[str]"]

_TRIES = 5  # to open what the name leads to, while one copy after another is published
_PUBLISHED = ".published.duckdb"


def open(path: StrPath | None = None) -> duckdb.DuckDBPyConnection:
    """Opens a published database, which only reads, keeps nobody waiting and waits for nobody. It has the functions
    pbs_record and pbs_attributes, and shows instants in UTC.

    path is the database, beside which its published copy lies (pbsduck.duckdb, pbsduck.published.duckdb), or the copy
    itself, of whatever name; without it PBSDUCK_DB, or pbsduck.duckdb. FileNotFoundError says that there is no copy.

    A connection goes on reading the copy that it opened, however many are published meanwhile. To see what is new, open
    again.
    """
    name = published_name(Path(path or os.environ.get("PBSDUCK_DB") or "pbsduck.duckdb"))
    with _opening:
        return _connect(name)


_opening = threading.Lock()
_owners: WeakValueDictionary[Path, duckdb.DuckDBPyConnection] = WeakValueDictionary()
_owned: WeakKeyDictionary[duckdb.DuckDBPyConnection, duckdb.DuckDBPyConnection] = WeakKeyDictionary()
_inodes: WeakKeyDictionary[duckdb.DuckDBPyConnection, tuple[int, int]] = WeakKeyDictionary()  # of what owners opened
_latest: list[duckdb.DuckDBPyConnection] = []


def _inode(file: Path) -> tuple[int, int]:
    """Which file has the name now; (0, 0) if none."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_dev, found.st_ino


def _is_closed(con: duckdb.DuckDBPyConnection) -> bool:
    try:
        con.cursor()
    except duckdb.ConnectionException:
        return True
    return False


def _leave_former(file: Path, inode: tuple[int, int]) -> None:
    """Closes the owner of a file whose name another one has now, as when all copies were removed and the numbers begin
    anew: DuckDB gives who opens a name the file that this process still has open under it. Of connections in use the
    owner must stay, and the new file can't be opened."""
    owner = _owners.get(file)
    if owner is None or _inodes[owner] == inode:
        return
    for con, its in list(_owned.items()):
        if its is not owner:
            continue
        if not _is_closed(con):
            raise duckdb.IOException(
                "its file was replaced, and the former one is open in this process: close that first")
        del _owned[con]
    if owner in _latest:
        _latest.remove(owner)
    del _owners[file]
    owner.close()


def _give_functions(con: duckdb.DuckDBPyConnection, file: Path, inode: tuple[int, int]) -> None:
    """All connections of a process to a file share its functions, and DuckDB crashes when one is called whose
    connection was closed. So they belong to a connection that nobody closes: it lives as long as any that was opened,
    and the latest also for cursors alone."""
    owner = _owners.get(file)
    if owner is None:
        owner = duckdb.connect(str(file), read_only=True)
        register(owner)
        _owners[file], _inodes[owner] = owner, inode
    _owned[con] = owner
    _latest[:] = [owner]


def _connect(name: Path) -> duckdb.DuckDBPyConnection:
    """Opens the copy that the name leads to now. By the copy's own name: DuckDB gives one who opens a name again, and
    has not closed it before, the file that it led to then. The copy may go between the look at the link and the
    opening."""
    for left in reversed(range(_TRIES)):
        file = name.resolve()
        inode = _inode(file)  # before it is opened: if it is replaced in between, the next one to open it opens it anew
        try:
            _leave_former(file, inode)
            con = duckdb.connect(str(file), read_only=True)
            con.execute("SET GLOBAL TimeZone = 'UTC'")  # for all cursors
            _give_functions(con, file, inode)
            return con
        except duckdb.IOException as why:
            if left and name.resolve() != file:
                continue
            if not name.exists():
                raise FileNotFoundError(f"{name}: there is no such database") from None
            raise duckdb.IOException(f"{name} can't be opened: {why}") from why
    raise AssertionError("unreachable")


def published_name(path: Path) -> Path:
    """The name of the copy that a path means: its own if it is one, or that of the copy beside it."""
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder: name the database in it")
    if path.is_symlink() or path.name.endswith(_PUBLISHED) or path.exists() and not path.stat().st_mode & 0o222:
        if not path.exists():
            raise FileNotFoundError(f"{path}: there is no such published database (pbsduck publish makes one)")
        return path
    beside = path.with_name(re.sub(r"\.duckdb$", "", path.name) + _PUBLISHED)
    if beside.exists():
        return beside
    if path.exists():
        raise FileNotFoundError(
            f"{path} has no published copy, {beside}: pbsduck publish makes one, ingest --publish keeps it current")
    raise FileNotFoundError(f"{path}: there is no such database, and no published copy of it, {beside.name}")


def file_of(con: duckdb.DuckDBPyConnection) -> Path:
    """A file that is, or follows, the one that a connection has open: its own, or if newer copies took its place, the
    name they have."""
    found = con.cursor().execute(
        "SELECT path FROM duckdb_databases() WHERE database_name = current_database()").fetchone()
    if not found or not found[0]:
        raise ValueError("this connection has no file of pbsduck open: use pbsduck.open")
    file = Path(found[0])
    return file if file.exists() else file.with_name(re.sub(r"-\d+\.duckdb$", ".duckdb", file.name))
