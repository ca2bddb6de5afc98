"""DVC's state: the database in which it notes what it has read, so as not to read it again.

One row a file: its path, and a checksum of inode, mtime and size with the digest that the content
had (`dvc_data.hashfile.state.State`). It is kept by diskcache, whose counters are kept by triggers.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

_PATIENCE = 0.2  # seconds to wait for another writer
_COUNTER = (
    "CREATE TRIGGER Settings_{} AFTER {} ON Cache FOR EACH ROW BEGIN"
    ' UPDATE Settings SET value = value {} WHERE key = "{}"; END'
)
_TABLE = (
    "CREATE TABLE Cache ( rowid INTEGER PRIMARY KEY, key BLOB, raw INTEGER, store_time REAL,"
    " expire_time REAL, access_time REAL, access_count INTEGER DEFAULT 0, tag BLOB,"
    " size INTEGER DEFAULT 0, mode INTEGER DEFAULT 0, filename TEXT, value BLOB)"
)
_SCHEMA = {
    _TABLE,
    "CREATE TABLE Settings ( key TEXT NOT NULL UNIQUE, value)",
    "CREATE UNIQUE INDEX Cache_key_raw ON Cache(key, raw)",
    _COUNTER.format("count_insert", "INSERT", "+ 1", "count"),
    _COUNTER.format("count_delete", "DELETE", "- 1", "count"),
    _COUNTER.format("size_insert", "INSERT", "+ NEW.size", "size"),
    _COUNTER.format("size_update", "UPDATE", "+ NEW.size - OLD.size", "size"),
    _COUNTER.format("size_delete", "DELETE", "- OLD.size", "size"),
}
_FOUND = "SELECT sql FROM sqlite_master WHERE type != 'index' OR name = 'Cache_key_raw'"
_COUNTS = "SELECT count(*) FROM Settings WHERE key IN ('count', 'size')"
# DVC's own statement (`HashesCache.set_many`), but that rows which are right already stay.
_PUT = (
    "INSERT INTO Cache"
    " (key, raw, store_time, expire_time, access_time, tag, mode, filename, value)"
    " VALUES (?, 1, 0, null, 0, null, 1, null, ?)"
    " ON CONFLICT (key, raw) DO UPDATE SET value = excluded.value"
    " WHERE value IS NOT excluded.value"
)


class Known(NamedTuple):
    """A file that held the content of a digest when it had this inode, size and mtime.

    The path is absolute, the size in bytes, the mtime in ns. Of a link they are its target's.
    """

    path: str
    digest: str
    inode: int
    size: int
    mtime: int


def knows(database: Path, files: Iterable[Known]) -> list[Known]:
    """Those of `files` that are noted as having their inode, size and mtime, with any digest."""
    return [file for file, value in _noted(database, files) if value.startswith(_row(*file[2:]))]


def says(database: Path, file: Known) -> bool:
    """Whether it is noted that `file`, with its inode, size and mtime, has just its digest."""
    return [(file.path, value) for _, value in _noted(database, [file])] == list(_rows([file]))


def _noted(database: Path, files: Iterable[Known]) -> list[tuple[Known, str]]:
    """What is noted of each file, empty where nothing is; of none where it cannot be read."""
    try:
        with closing(_opened(database, "ro")) as connection:
            return [(file, _value(connection, file.path)) for file in files]
    except (sqlite3.Error, UnicodeError):
        return []


def _value(connection: sqlite3.Connection, path: str) -> str:
    query = "SELECT value FROM Cache WHERE key = ? AND raw = 1"
    found = connection.execute(query, (path,)).fetchone()
    return str(found[0]) if found else ""


def tell(database: Path, files: Iterable[Known]) -> bool:
    """Note all of `files`, or none; returns whether that was done.

    Nothing is noted where the database is missing, locked, damaged, or not what DVC 3 makes: then
    DVC reads the files once. They are best given in the order of their paths.
    """
    try:
        with closing(_opened(database, "rw")) as connection:
            return _tell(connection, files)
    except (sqlite3.Error, UnicodeError):  # a path that is no UTF-8, which DVC cannot note either
        return False


def _opened(database: Path, mode: str) -> sqlite3.Connection:
    """The database, which is never made here."""
    address = f"{database.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=_PATIENCE, isolation_level=None)


def _tell(connection: sqlite3.Connection, files: Iterable[Known]) -> bool:
    connection.execute("PRAGMA synchronous = NORMAL")  # as diskcache has it: no sync for each
    connection.execute("BEGIN IMMEDIATE")
    if not _is_known(connection):
        return False
    connection.executemany(_PUT, _rows(files))
    connection.execute("COMMIT")
    return True


def _is_known(connection: sqlite3.Connection) -> bool:
    # diskcache keeps no number of its version, so its tables and triggers have to tell.
    found = {sql for (sql,) in connection.execute(_FOUND)}
    return found == _SCHEMA and connection.execute(_COUNTS).fetchone() == (2,)


def _rows(files: Iterable[Known]) -> Iterator[tuple[str, str]]:
    for path, digest, inode, size, mtime in files:
        algorithm, _, value = digest.partition(":")
        row = _row(inode, size, mtime)
        yield path, f'{row},"hash_info":{{"{algorithm}":"{value}"}}}}'


def _row(inode: int, size: int, mtime: int) -> str:
    """What DVC notes of a file, up to its digest: names and numbers have nothing to escape."""
    return f'{{"version":1,"checksum":"{_checksum(inode, size, mtime)}","size":{size}'


def _checksum(inode: int, size: int, mtime: int) -> int:
    """`int(fsspec.utils.tokenize([inode, st_mtime, size]), 16)`."""
    seconds, rest = divmod(mtime, 10**9)
    # Python makes st_mtime so, and not by one division, which rounds otherwise.
    text = f"([{inode}, {seconds + 1e-9 * rest!r}, {size}],)"
    return int.from_bytes(hashlib.md5(text.encode(), usedforsecurity=False).digest())
