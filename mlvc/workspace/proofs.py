"""Proofs of objects, and how the memo keeps them: few as a row each, many as one sheet.

A row each of 100,000 takes a second of every rollback, a sheet a tenth. Of rows and sheets that
have the same object the latest counts: rows are written over, and each says after which sheet it
was written; a sheet goes when a later one has all that it has. Manifests are always rows: the
first that is asked for, and alone.
"""

import sqlite3
from array import array
from collections.abc import Collection, Iterator
from functools import partial
from itertools import chain, compress, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from mlvc.domain.batching import batched

if TYPE_CHECKING:
    from mlvc.workspace.census import Stamp

SHEET = 1000  # so many proofs make a sheet
_LARGEST = 10_000  # so many are in one at most: while it is written, it is in memory thrice
_SHEETS = 256  # so many are kept; what only an older one has is proven anew when it is needed
_STAMP = 5  # numbers
_MANIFEST = ".dir"
BATCH = 900  # SQLite's oldest limit of parameters is 999
_MOST = 2  # of more than one in so many rows, reading all costs less than looking each up

TABLES = """
CREATE TABLE IF NOT EXISTS objects
  (digest PRIMARY KEY, device, inode, size, mtime, ctime, sha256, after) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sheets (number INTEGER PRIMARY KEY, digests, sums, stamps);
"""
_ROWS = "SELECT after, digest, device, inode, size, mtime, ctime, sha256 FROM objects"
_NEWEST_FIRST = "SELECT number, digests FROM sheets ORDER BY number DESC"


class Proof(NamedTuple):
    """An object had the content of its name when its file had this stamp."""

    stamp: "Stamp"
    sha256: str = ""


Proofs = dict[str, Proof]
"""By the digests of the objects."""

as_proof = partial(tuple.__new__, Proof)
"""A proof of a stamp and a SHA-256: not by `Proof(…)`, which is Python's own code."""


def find(connection: sqlite3.Connection, digests: Collection[str]) -> Proofs:
    """The latest proofs of these objects."""
    found: Proofs = {}
    after: dict[str, int] = {}
    for number, digest, *stamp, sha256 in _rows(connection, digests):
        found[digest], after[digest] = as_proof((tuple(stamp), sha256)), number
    left = {digest for digest in digests if not digest.endswith(_MANIFEST)}
    for number, text in connection.execute(_NEWEST_FIRST) if left else ():
        left -= {digest for digest in left & after.keys() if after[digest] >= number}
        names = text.split(" ")
        if wanted := left.intersection(names):
            found |= _unpacked(connection, number, names, wanted)
            left -= wanted
        if not left:
            break
    return found


def put(connection: sqlite3.Connection, proofs: Proofs) -> None:
    """Put proofs over those of the same objects, in a transaction of the caller's.

    Those with a number above 2**63 are left out.
    """
    newest = connection.execute("SELECT max(number) FROM sheets").fetchone()[0] or 0
    single, many = proofs, {d: p for d, p in proofs.items() if not d.endswith(_MANIFEST)}
    if len(many) >= SHEET:
        single = {digest: proof for digest, proof in proofs.items() if digest not in many}
        _put_sheets(connection, newest + 1, many)
    rows = ((d, *p.stamp, p.sha256, newest) for d, p in single.items() if _fits(p))
    connection.executemany("REPLACE INTO objects VALUES (?,?,?,?,?,?,?,?)", rows)


def _put_sheets(connection: sqlite3.Connection, new: int, proofs: Proofs) -> None:
    gone, kept = list[int](), list[int]()
    for number, text in connection.execute(_NEWEST_FIRST):
        covered = all(digest in proofs for digest in text.split(" "))
        (gone if covered else kept).append(number)
    late = kept[_SHEETS - 1 :]
    for number in (*gone, *late):
        connection.execute("DELETE FROM sheets WHERE number = ?", (number,))
    if late:
        # Nothing that is older than what is forgotten may come to be the latest.
        connection.execute("DELETE FROM objects WHERE after < ?", (late[0],))
        connection.execute("DELETE FROM folders")
    items = iter(proofs.items())
    while some := dict(islice(items, _LARGEST)):
        if packed := _packed(some):
            connection.execute("INSERT INTO sheets VALUES (?,?,?,?)", (new, *packed))
            new += 1


def _rows(connection: sqlite3.Connection, digests: Collection[str]) -> Iterator[tuple[Any, ...]]:
    every = connection.execute("SELECT count(*) FROM objects").fetchone()[0]
    if len(digests) > every // _MOST:
        yield from (row for row in connection.execute(_ROWS) if row[1] in digests)
        return
    for batch in batched(digests, BATCH):
        marks = ",".join("?" * len(batch))
        yield from connection.execute(f"{_ROWS} WHERE digest IN ({marks})", batch)


def _packed(proofs: Proofs) -> tuple[str, str, bytes] | None:
    if not proofs:
        return None
    stamps, sums = zip(*proofs.values(), strict=True)
    try:
        numbers = array("q", chain.from_iterable(stamps))
    except OverflowError:
        return _packed({digest: proof for digest, proof in proofs.items() if _fits(proof)})
    return " ".join(proofs), " ".join(sums), numbers.tobytes()


def _unpacked(
    connection: sqlite3.Connection, sheet: int, names: list[str], wanted: Collection[str]
) -> Proofs:
    """The proofs of a sheet of these names; none, where it is not as it was written."""
    query = "SELECT sums, stamps FROM sheets WHERE number = ?"
    text, stamps = connection.execute(query, (sheet,)).fetchone()
    try:
        numbers = memoryview(stamps).cast("q")
        sums = text.split(" ")
    except (AttributeError, TypeError, ValueError):
        return {}
    if len(sums) != len(names) or len(numbers) != len(names) * _STAMP:
        return {}
    if len(wanted) < len(names) // _MOST:
        some = ((at, name) for at, name in enumerate(names) if name in wanted)
        return {n: as_proof((tuple(numbers[at * _STAMP :][:_STAMP]), sums[at])) for at, n in some}
    chosen = [name in wanted for name in names]
    proofs = zip(zip(*[iter(numbers)] * _STAMP, strict=True), sums, strict=True)
    made = map(as_proof, compress(proofs, chosen))
    return dict(zip(compress(names, chosen), made, strict=True))


def _fits(proof: Proof) -> bool:
    return all(-(2**63) <= number < 2**63 for number in proof.stamp)
