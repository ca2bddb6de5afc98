"""The tables of what is remembered."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

VERSION = 2
"""Raised where the tables change; what another version wrote is not read."""

_TABLES = f"""
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS objects
  (digest PRIMARY KEY, device, inode, size, mtime, ctime, sha256) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS trees
  (device, inode, digest, sha256, fingerprint, PRIMARY KEY (device, inode)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notes (key PRIMARY KEY, value) WITHOUT ROWID;
PRAGMA user_version = {VERSION};
"""
_WRITE = {
    "objects": "REPLACE INTO objects VALUES (?,?,?,?,?,?,?)",
    "trees": "REPLACE INTO trees VALUES (?,?,?,?,?)",
    "notes": "REPLACE INTO notes VALUES (?,?)",
}


def fill(connection: sqlite3.Connection, rows: Mapping[str, Iterable[tuple[Any, ...]]]) -> None:
    """Put rows into tables, which are made where they are missing."""
    connection.executescript(_TABLES)
    connection.execute("PRAGMA synchronous = NORMAL")
    for table, found in rows.items():
        connection.executemany(_WRITE[table], found)
