"""Trees with other entries, made without an index: only the folders on their paths are touched.

What that costs is told by the depth of the paths and by how much stands beside them there, not by
how many files there are.
"""

import hashlib
import os
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from mlvc.errors import Exit, MlvcError
from mlvc.registry.asking import Object
from mlvc.registry.git import Git
from mlvc.registry.trees import Entry, Raw, algorithm, parse_tree, render_tree, subtree, try_objects

_KINDS = {"commit": 1, "tree": 2, "blob": 3}
# From so many objects on they stay in a pack of their own, as after `git fetch`: one sync for all.
_MANY = 100
_FAST = 1  # of zlib: what is written soon lies in a pack

_Edits = Mapping[bytes, Any]  # names to entries, None for none, or to the edits of a folder


class Forest:
    """Trees by id, each read once; `new` are the objects that are to be stored.

    `like` is an id of the repository, whose length tells how it names objects.
    """

    def __init__(self, git: Git, like: str = "") -> None:
        self.git = git
        self._algorithm = algorithm(like)
        self.new: dict[str, Object] = {}
        self._trees: dict[str, dict[bytes, Raw]] = {}

    def know(self, trees: Iterable[Object]) -> None:
        """Trees that were read already."""
        self._trees |= {tree.id: parse_tree(tree) for tree in trees}

    def blob(self, data: bytes, mode: str = "100644") -> Entry:
        """The entry of a file with this content."""
        return Entry(mode, self._made("blob", data))

    def files(self, root: str | None, folder: str) -> int:
        """How many files, not folders, are in a folder below the tree `root`."""
        tree = root
        for name in folder.split("/"):
            tree = subtree(self._tree(tree), name.encode())
        entries = self._tree(tree)
        return sum(subtree(entries, name) is None for name in entries)

    def graft(self, root: str | None, paths: Mapping[str, Entry | None]) -> str:
        """The id of the tree `root` (None: empty) with other entries, or none, at these paths."""
        edits: dict[bytes, Any] = {}
        # What goes first: a file may become a folder, and a folder a file.
        for path, entry in sorted(paths.items(), key=lambda item: item[1] is not None):
            *folders, name = os.fsencode(path).split(b"/")
            inner = edits
            for folder in folders:
                if not isinstance(inner.get(folder), dict):
                    inner[folder] = {}
                inner = inner[folder]
            inner[name] = (entry.mode.encode(), bytes.fromhex(entry.id)) if entry else None
        self._read_along(root, edits)
        return self._edited(root, edits)

    def store(self) -> None:
        """Write what is new, in one git process; nothing names it yet."""
        if self.new:
            many = len(self.new) >= _MANY
            how = ("index-pack", "--stdin") if many else ("unpack-objects", "-q")
            self.git.plumb(*how, data=packed(self.new.values(), self._algorithm))
            self.new = {}

    def _read_along(self, root: str | None, edits: _Edits) -> None:
        """Read the trees that edits will touch, level by level."""
        level = [(root, edits)]
        while level:
            self._read(tree for tree, _ in level if tree)
            level = [
                (subtree(self._tree(tree), name), edit)
                for tree, inner in level
                for name, edit in inner.items()
                if tree and isinstance(edit, dict)
            ]

    def _edited(self, root: str | None, edits: _Edits) -> str:
        entries: dict[bytes, Any] = dict(self._tree(root))
        for name, edit in edits.items():
            if isinstance(edit, dict):
                inner = self._edited(subtree(entries, name), edit)
                # Git keeps no empty folders.
                entries[name] = (b"40000", bytes.fromhex(inner)) if self._trees[inner] else None
            else:
                entries[name] = edit
        entries = {name: entry for name, entry in entries.items() if entry}
        made = self._made("tree", render_tree(entries))
        self._trees[made] = entries
        return made

    def _tree(self, tree: str | None) -> dict[bytes, Raw]:
        if tree is None:
            return {}
        self._read([tree])
        return self._trees[tree]

    def _read(self, ids: Iterable[str]) -> None:
        wanted = [tree for tree in ids if tree not in self._trees]
        found = try_objects(self.git, wanted)
        for tree in wanted:
            # Taken for empty, all that is in it would be gone from the next commit.
            if tree not in found or found[tree].kind != "tree":
                raise MlvcError(
                    f"Git object {tree} is missing, or is no tree",
                    "Fetch it from another clone; `git fsck` tells what else is missing.",
                    Exit.MISSING,
                )
        self.know(found.values())

    def _made(self, kind: str, data: bytes) -> str:
        known = hashlib.new(self._algorithm, usedforsecurity=False)
        known.update(f"{kind} {len(data)}\0".encode() + data)
        made = known.hexdigest()
        self.new[made] = Object(made, kind, data)
        return made


def packed(objects: Iterable[Object], algorithm: str) -> bytes:
    """A pack of whole objects, as `git help gitformat-pack` has it."""
    made = list(objects)
    parts = [b"PACK", (2).to_bytes(4, "big"), len(made).to_bytes(4, "big")]
    for one in made:
        parts += [_head(_KINDS[one.kind], len(one.data)), zlib.compress(one.data, _FAST)]
    body = b"".join(parts)
    return body + hashlib.new(algorithm, body, usedforsecurity=False).digest()


def _head(kind: int, size: int) -> bytes:
    """The kind in three bits, the size in four and then in sevens; a high bit: more follows."""
    head, rest = [kind << 4 | size & 15], size >> 4
    while rest:
        head[-1] |= 128
        head.append(rest & 127)
        rest >>= 7
    return bytes(head)
