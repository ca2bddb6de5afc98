"""The tracked files of many commits: what one shares with another is read once."""

import os
from typing import NamedTuple

from mlvc.registry.asking import Object
from mlvc.registry.git import Git
from mlvc.registry.trees import FOLDERS, Entry, missing, parse_tree, try_objects

_MOST = 20_000  # so many folders are kept; each costs a few hundred bytes

_Rows = list[tuple[str, "Entry | _Folder"]]


class _Folder(NamedTuple):
    id: str


class Folders:
    """Reads trees, folder by folder: one that was read is known by its id."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._known: dict[str, _Rows] = {}

    def tree(self, commit: str, prefix: str = "") -> dict[str, Entry]:
        """Every tracked file below `prefix` (`""` or `sub/`), by its path relative to it.

        In Git's order; empty where there is no such folder. Raises `MlvcError` (MISSING) where
        the commit, or a folder of it, is not here.
        """
        spec = f"{commit}:{prefix}" if prefix else f"{commit}^{{tree}}"
        top = try_objects(self._git, [spec]).get(spec)
        if top is None and not prefix:
            raise missing(spec)
        if top is None or top.kind != "tree":
            return {}
        self._read(top)
        return self._files(top.id)

    def _files(self, top: str) -> dict[str, Entry]:
        files: dict[str, Entry] = {}
        ways = [("", iter(self._known[top]))]
        while ways:
            prefix, rows = ways[-1]
            for name, found in rows:
                if isinstance(found, _Folder):
                    ways.append((f"{prefix}{name}/", iter(self._known[found.id])))
                    break
                files[prefix + name] = found
            else:
                ways.pop()
        return files

    def _read(self, top: Object) -> None:
        """Know a folder and all below it; those of one depth are asked for at once."""
        if len(self._known) > _MOST:
            self._known.clear()
        fresh: dict[str, _Rows] = {}
        found = {} if top.id in self._known else {top.id: top}
        while found:
            level = {one: _rows(parse_tree(tree)) for one, tree in found.items()}
            fresh |= level
            below = {f.id for rows in level.values() for _, f in rows if isinstance(f, _Folder)}
            due = below - self._known.keys() - fresh.keys()
            found = try_objects(self._git, due)
            if lacking := due - found.keys():
                raise missing(min(lacking))
        self._known |= fresh


def _rows(entries: dict[bytes, tuple[bytes, bytes]]) -> _Rows:
    return [(os.fsdecode(name), _entry(mode, oid.hex())) for name, (mode, oid) in entries.items()]


def _entry(mode: bytes, oid: str) -> "Entry | _Folder":
    if mode in FOLDERS:
        return _Folder(oid)
    if mode.startswith(b"100"):  # Git has two kinds of files; old tools wrote more
        return Entry("100755" if int(mode, 8) & 0o100 else "100644", oid)
    return Entry(mode.decode(), oid)
