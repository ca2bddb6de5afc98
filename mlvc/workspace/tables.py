"""The database of what is remembered, and its tables.

SQLite in WAL mode: a kill or a power cut leaves the old rows or the new. Whatever is wrong with the
file, there is nothing in it.
"""

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from mlvc.domain.batching import batched
from mlvc.workspace import proofs
from mlvc.workspace.proofs import Proofs

VERSION = 4
"""Raised where the tables change; what another version wrote is not read, and goes."""

_TABLES = f"""
PRAGMA journal_mode = WAL;
{proofs.TABLES}
CREATE TABLE IF NOT EXISTS trees
  (device, inode, digest, sha256, fingerprint, PRIMARY KEY (device, inode)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS folders (digest PRIMARY KEY, sha256, some) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notes (key PRIMARY KEY, value) WITHOUT ROWID;
PRAGMA user_version = {VERSION};
"""
_FEW = 10_000
_WRITE = {
    "folders": "REPLACE INTO folders VALUES (?,?,?)",
    "trees": "REPLACE INTO trees VALUES (?,?,?,?,?)",
    "notes": "REPLACE INTO notes VALUES (?,?)",
}


class Tables:
    """The tables in a file, which is made when something is put into it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader: sqlite3.Connection | None = None

    def find(self, query: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with suppress(sqlite3.Error):
            if (reader := self._opened()) is not None:
                return reader.execute(query, tuple(values)).fetchall()
        return []

    def proofs(self, digests: Collection[str]) -> Proofs:
        """The latest proofs of these objects."""
        with suppress(sqlite3.Error):
            if digests and (reader := self._opened()) is not None:
                return proofs.find(reader, digests)
        return {}

    def put(
        self,
        rows: Mapping[str, Iterable[tuple[Any, ...]]],
        proven: Proofs | None = None,
        hashed: Collection[str] = (),
    ) -> bool:
        """Put rows into tables, by name, and proofs, over those of the same keys; or nothing.

        Returns whether that was done.

        Where one of the objects that were `hashed` has another SHA-256 than it had, nothing that
        was known of folders holds.
        """
        with suppress(sqlite3.Error, OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._write(rows, proven or {}, hashed)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                self._path.unlink()  # it is no database
                self._write(rows, proven or {}, hashed)
            return True
        return False

    def _write(
        self,
        rows: Mapping[str, Iterable[tuple[Any, ...]]],
        proven: Proofs,
        hashed: Collection[str],
    ) -> None:
        with closing(sqlite3.connect(self._path, timeout=1)) as connection, connection:
            _make(connection)
            connection.execute("BEGIN IMMEDIATE")  # nobody else may write in between
            for table, found in rows.items():
                connection.executemany(_WRITE[table], found)
            _put(connection, proven, hashed)

    def rest(self) -> None:
        """Close the database until something is asked for: no fork must share it."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _opened(self) -> sqlite3.Connection | None:
        if self._reader is None and self._path.exists():
            connection = sqlite3.connect(self._path, timeout=1)
            if connection.execute("PRAGMA user_version").fetchone() == (VERSION,):
                self._reader = connection
            else:
                connection.close()
        return self._reader


def _make(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA user_version").fetchone() not in ((0,), (VERSION,)):
        _drop_tables(connection)
    connection.executescript(_TABLES)
    connection.execute("PRAGMA synchronous = NORMAL")


def _put(connection: sqlite3.Connection, proven: Proofs, hashed: Collection[str]) -> None:
    for some in batched(hashed, _FEW):  # all at once would take much memory
        known = proofs.find(connection, some)
        if any(proof.sha256 not in ("", proven[d].sha256) for d, proof in known.items()):
            connection.execute("DELETE FROM folders")
    proofs.put(connection, proven)


def _drop_tables(connection: sqlite3.Connection) -> None:
    """Another version's, whose rows may mean something else, and whose columns may be others."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (name,) in names:
        connection.execute(f'DROP TABLE "{name}"')
