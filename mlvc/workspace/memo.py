"""What is remembered between runs; deleting it loses nothing but time."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mlvc.domain.batching import batched
from mlvc.workspace.durable import sync_filesystems
from mlvc.workspace.proofs import BATCH, SHEET, Proofs
from mlvc.workspace.tables import Tables

if TYPE_CHECKING:
    from mlvc.workspace.census import Census, Glimpse


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


class Memo:
    """Proofs of objects and of trees, and notes, each by what it is about.

    Nothing is written before `save`: a proof may only survive a power cut if the bytes do.
    """

    def __init__(self, path: Path) -> None:
        self._tables = Tables(path)
        self._new: dict[str, dict[Any, Any]] = {"folders": {}, "trees": {}, "notes": {}}
        self._proven: Proofs = {}
        self._doubted: Proofs = {}
        self._moved: dict[tuple[int, int], Tree] = {}
        self._hashed: set[str] = set()
        self._is_late = self._is_shut = False
        self._read: Proofs = {}
        self.blind = False

    def forget(self) -> None:
        """Believe no proof that an earlier run left; notes stay."""
        self.blind = True

    def proofs(self, digests: Collection[str], *, anyway: bool = False) -> Proofs:
        """The proofs that are remembered of these objects; `anyway` as in `tree`."""
        new, read = self._proven, self._read
        if self.blind:
            read = dict(self._doubted) if anyway else {}
        if anyway or not self.blind:
            read |= self._tables.proofs(set(digests).difference(new, read))
        if new:
            return {d: proof for d in digests if (proof := new.get(d) or read.get(d))}
        return {digest: read[digest] for digest in digests if digest in read}

    def prove(self, proofs: Proofs) -> None:
        """Remember proofs of objects that were read."""
        self._hashed.update(proofs)
        self._take(proofs)

    def restamp(self, proofs: Proofs) -> None:
        """Remember proofs of objects whose ctime we have changed, and nothing else of them.

        What was proven before `forget`, and not since, is for later runs.
        """
        if self.blind:
            self._doubted |= {d: p for d, p in proofs.items() if d not in self._proven}
            proofs = {d: p for d, p in proofs.items() if d in self._proven}
        self._take(proofs)

    def _take(self, proofs: Proofs) -> None:
        self._proven.update(proofs)
        self._is_late |= bool(proofs)
        self.let_go(proofs)

    def let_go(self, digests: Iterable[str]) -> None:
        """Keep what was read of these objects on the disk alone: of many, it takes much memory."""
        for digest in digests:
            self._read.pop(digest, None)

    def tree(self, seen: "Census | Glimpse", *, anyway: bool = False) -> Tree | None:
        """What this file or folder was found to be, if it is untouched since.

        `anyway` says to look at what was found before `forget`, too.
        """
        at = (seen.device, seen.inode)
        found = self._new["trees"].get(at) or (self._moved.get(at) if anyway else None)
        if found is None and (anyway or not self.blind):
            query = "SELECT digest, sha256, fingerprint FROM trees WHERE device = ? AND inode = ?"
            found = next((Tree(*row) for row in self._tables.find(query, at)), None)
        return found if found and found.fingerprint == seen.fingerprint else None

    def prove_tree(self, seen: "Census", digest: str, sha256: str = "") -> None:
        """Remember what the file or folder is."""
        self._new["trees"][seen.device, seen.inode] = Tree(digest, sha256, seen.fingerprint)

    def follow_tree(self, known: Tree, before: "Census", after: "Census") -> None:
        """Remember of a file that it is what it was known as before a rename.

        What was found before `forget` is for later runs.
        """
        trees = self._new["trees"] if self.tree(before) else self._moved
        trees[after.device, after.inode] = known._replace(fingerprint=after.fingerprint)

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
        found: dict[str, str] = {}
        for batch in batched(keys, BATCH):
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

    @property
    def is_full(self) -> bool:
        """Whether so much is new that it is better on the disk than in memory, where it can be."""
        return len(self._proven) >= SHEET and not self.blind and not self._is_shut

    def save(self, folders: Iterable[Path]) -> None:
        """Write what is new, once the filesystems of `folders` hold what was proven there."""
        late = (self._is_late, self._doubted, self._moved, *self._new.values())
        if self._is_shut or not any(late):
            return
        sync_filesystems(folder for folder in folders if folder.is_dir())
        folders, trees, notes = self._new.values()
        self._is_shut = not self._tables.put(
            {
                "folders": ((d, row.sha256, " ".join(row.some)) for d, row in folders.items()),
                "trees": ((*key, *row) for key, row in (self._moved | trees).items()),
                "notes": notes.items(),
            },
            self._doubted | self._proven if self._doubted else self._proven,
            self._hashed,
        )
        if self._is_shut:
            return  # what this run has proven it believes all the same
        self._is_late = False
        if not self.blind:  # or nobody would look for it there
            self._proven.clear()
        self._hashed.clear()
        self._doubted.clear()
        self._moved.clear()
        for table in self._new.values():
            table.clear()

    def rest(self) -> None:
        """Close the database until something is asked for: no fork must share it."""
        self._tables.rest()
