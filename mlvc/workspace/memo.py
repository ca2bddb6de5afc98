"""What is remembered between runs; deleting it loses nothing but time."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from mlvc.workspace.census import Census, Glimpse, Stamp
from mlvc.workspace.durable import sync_filesystems
from mlvc.workspace.tables import Tables

_OBJECTS = "SELECT digest, device, inode, size, mtime, ctime, sha256 FROM objects"
_MOST = 2  # of more than one in so many objects, reading all costs less than looking each up
_BATCH = 900  # SQLite's oldest limit of parameters is 999


class Proof(NamedTuple):
    """An object had the content of its name when its file had this stamp."""

    stamp: Stamp
    sha256: str = ""


class Tree(NamedTuple):
    """What a file or folder was found to be; `sha256` is empty where nobody asked."""

    digest: str
    sha256: str
    fingerprint: str


class Folder(NamedTuple):
    """A manifest of which every file was proven, with `some` of their digests.

    `sha256` is that of the folder, empty where nobody asked. It goes when one of the objects has
    another than it had.
    """

    sha256: str
    some: tuple[str, ...]


Fresh = dict[str, dict[Any, Any]]
"""What is not written yet, by table and key."""


class Memo:
    """Proofs of objects and of trees, and notes, each by what it is about.

    Nothing is written before `save`: a proof may only survive a power cut if the bytes do.
    """

    def __init__(self, path: Path) -> None:
        self._tables = Tables(path)
        self._new: Fresh = {"folders": {}, "objects": {}, "trees": {}, "notes": {}}
        self._read: dict[str, Proof] = {}
        self.blind = False

    def forget(self) -> None:
        """Believe no proof that an earlier run left; notes stay."""
        self.blind = True

    def proofs(self, digests: Collection[str]) -> dict[str, Proof]:
        """The proofs that are remembered of these objects."""
        new, read = self._new["objects"], self._read
        unread = set(digests).difference(new, read)
        # Not by `Proof(…)`, which is Python's own code: there may be 100,000.
        read |= {row[0]: tuple.__new__(Proof, (row[1:6], row[6])) for row in self._rows(unread)}
        if new:
            return {d: proof for d in digests if (proof := new.get(d) or read.get(d))}
        return {digest: read[digest] for digest in digests if digest in read}

    def prove(self, proofs: dict[str, Proof]) -> None:
        """Remember proofs of objects."""
        self._new["objects"].update(proofs)
        self.let_go(proofs)

    def let_go(self, digests: Iterable[str]) -> None:
        """Keep what was read of these objects on the disk alone: of many, it takes much memory."""
        for digest in digests:
            self._read.pop(digest, None)

    def tree(self, seen: Census | Glimpse, *, anyway: bool = False) -> Tree | None:
        """What this file or folder was found to be, if it is untouched since.

        `anyway` says to look at what was found before `forget`, too.
        """
        at = (seen.device, seen.inode)
        found = self._new["trees"].get(at)
        if found is None and (anyway or not self.blind):
            query = "SELECT digest, sha256, fingerprint FROM trees WHERE device = ? AND inode = ?"
            found = next((Tree(*row) for row in self._tables.find(query, at)), None)
        return found if found and found.fingerprint == seen.fingerprint else None

    def prove_tree(self, seen: Census, digest: str, sha256: str = "") -> None:
        """Remember what the file or folder is."""
        self._new["trees"][seen.device, seen.inode] = Tree(digest, sha256, seen.fingerprint)

    def folder(self, digest: str) -> Folder | None:
        """What is known of the folder of a manifest as a whole."""
        found = self._new["folders"].get(digest)
        if found is None and not self.blind:
            rows = self._tables.find("SELECT sha256, some FROM folders WHERE digest = ?", (digest,))
            found = next((Folder(sha256, tuple(some.split())) for sha256, some in rows), None)
        return found

    def prove_folder(self, digest: str, folder: Folder) -> None:
        """Remember what a folder is, once all its objects are proven."""
        self._new["folders"][digest] = folder

    def note(self, key: str) -> str | None:
        """What was noted under a key."""
        row = next(iter(self._tables.find("SELECT value FROM notes WHERE key = ?", (key,))), None)
        return row[0] if row else None

    def note_on_save(self, key: str, value: str) -> None:
        """Note something with what is proven."""
        self._new["notes"][key] = value

    def notes(self, keys: Iterable[str]) -> dict[str, str]:
        """What was noted under those of the keys under which anything was."""
        left = iter(keys)
        found: dict[str, str] = {}
        while batch := list(islice(left, _BATCH)):
            marks = ",".join("?" * len(batch))
            query = f"SELECT key, value FROM notes WHERE key IN ({marks})"  # noqa: S608 - of marks
            found.update(self._tables.find(query, batch))
        return found

    def write_note(self, key: str, value: str) -> None:
        """Note something under a key, at once: it is about nothing that has to be on the disk."""
        self.write_notes({key: value})

    def write_notes(self, notes: Mapping[str, str]) -> None:
        """Note all of that at once."""
        if notes:
            self._tables.put({"notes": notes.items()})

    def save(self, folders: Iterable[Path]) -> None:
        """Write what is new, once the filesystems of `folders` hold what was proven there."""
        if not any(self._new.values()):
            return
        sync_filesystems(folder for folder in folders if folder.is_dir())
        folders, objects, trees, notes = self._new.values()
        known = sorted(objects)  # in the order of the table, a third less work
        self._tables.put(
            {
                "folders": ((d, row.sha256, " ".join(row.some)) for d, row in folders.items()),
                "objects": ((d, *objects[d].stamp, objects[d].sha256) for d in known),
                "trees": ((*key, *row) for key, row in trees.items()),
                "notes": notes.items(),
            }
        )
        self._read |= objects
        for table in self._new.values():
            table.clear()

    @property
    def fresh(self) -> Fresh:
        """What `save` would write now."""
        return {table: dict(rows) for table, rows in self._new.items()}

    def forget_fresh(self, written: Fresh) -> None:
        """Do not write what another process has written."""
        for table, rows in written.items():
            new = self._new[table]
            for key in [key for key, value in rows.items() if new.get(key) is value]:
                del new[key]

    def rest(self) -> None:
        """Close the database until something is asked for: no fork must share it."""
        self._tables.rest()

    def _rows(self, digests: set[str]) -> Iterator[tuple[Any, ...]]:
        if self.blind or not digests:
            return
        every = self._tables.find("SELECT count(*) FROM objects")
        if len(digests) > (every[0][0] if every else 0) // _MOST:
            yield from (row for row in self._tables.each(_OBJECTS) if row[0] in digests)
            return
        keys = iter(digests)
        while batch := list(islice(keys, _BATCH)):
            marks = ",".join("?" * len(batch))
            yield from self._tables.find(f"{_OBJECTS} WHERE digest IN ({marks})", batch)
