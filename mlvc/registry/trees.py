"""Reading commits: trees, blobs, and the files of a project at a revision."""

import os
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mlvc.errors import Exit, MlvcError
from mlvc.registry.git import Git

Raw = tuple[bytes, bytes]
"""A mode and an id (20 bytes), as they stand in a tree object."""

FOLDERS = (b"40000", b"040000")
"""The modes of folders in a tree object; the second is of some old tools."""

# `MODE NAME NUL ID`.
_ENTRY = re.compile(rb"([0-7]+) ([^\0]+)\0(.{20})", re.DOTALL)
_KINDS = (b"blob", b"tree", b"commit", b"tag")


class Object(NamedTuple):
    """What Git keeps under an id; `kind` is blob, tree, commit or tag."""

    id: str
    kind: str
    data: bytes


class Entry(NamedTuple):
    """A tracked file: Git's mode (`100644`, `100755`, `120000`, `160000`) and object id."""

    mode: str
    id: str

    @property
    def is_submodule(self) -> bool:
        """Whether this is another repository's commit."""
        return self.mode == "160000"


Tree = Mapping[str, Entry]


def read_tree(git: Git, commit: str, prefix: str) -> dict[str, Entry]:
    """Every tracked file below `prefix` (`""` or `sub/`), by its path relative to it."""
    spec = f"{commit}:{prefix}" if prefix else f"{commit}^{{tree}}"
    if prefix and not git.holds("rev-parse", "-q", "--verify", "--end-of-options", spec):
        return {}
    out = git.read("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", spec)
    entries = {}
    for line in out.split(b"\0"):
        if line:
            meta, _, path = line.partition(b"\t")
            mode, _, blob = meta.decode().split(" ")
            entries[os.fsdecode(path)] = Entry(mode, blob)
    return entries


def read_blobs(git: Git, ids: Iterable[str]) -> dict[str, bytes]:
    """The contents of objects by id; raises `MlvcError` (MISSING) when one is not there."""
    wanted = list(dict.fromkeys(ids))
    found = try_blobs(git, wanted)
    for blob in wanted:
        if blob not in found:
            raise MlvcError(
                f"Git object {blob} is missing",
                "Fetch it: `git fetch --unshallow`, or `git fetch` from a full clone.",
                Exit.MISSING,
            )
    return found


def try_blobs(git: Git, names: Iterable[str]) -> dict[str, bytes]:
    """The contents of those names of `try_objects` that are blobs."""
    found = try_objects(git, names)
    return {name: one.data for name, one in found.items() if one.kind == "blob"}


def try_objects(git: Git, names: Iterable[str]) -> dict[str, Object]:
    """Those objects that exist, by the names that were asked for, in one git process.

    A name is an id, a ref or `COMMIT:PATH`; one that holds a newline cannot be asked for and is
    left out.
    """
    wanted = [name for name in dict.fromkeys(names) if "\n" not in name]
    if not wanted:
        return {}
    out = git.read("cat-file", "--batch", data=os.fsencode("\n".join(wanted) + "\n"))
    found, at = {}, 0
    for name in wanted:
        end = out.index(b"\n", at)
        # `ID TYPE SIZE`, or what was asked for and `missing`.
        head, _, size = out[at:end].rpartition(b" ")
        oid, _, kind = head.rpartition(b" ")
        at = end + 1
        if kind in _KINDS:
            found[name] = Object(oid.decode(), kind.decode(), out[at : at + int(size)])
            at += int(size) + 1
    return found


def identities(tree: Tree) -> dict[str, str]:
    """What identifies each tracked file's content: its id, with the mode where it is unusual."""
    return {p: e.id if e.mode == "100644" else f"{e.id}:{e.mode}" for p, e in tree.items()}


def blobs(tree: Tree) -> dict[str, str]:
    """The ids of the files of a tree, but for submodules."""
    return {path: entry.id for path, entry in tree.items() if not entry.is_submodule}


def parse_tree(data: bytes) -> dict[bytes, Raw]:
    """The entries of a tree object, by name."""
    return {name: (mode, oid) for mode, name, oid in _ENTRY.findall(data)}


def render_tree(entries: Mapping[bytes, Raw]) -> bytes:
    """The tree object of these entries, in Git's order: folders as if their names ended in `/`."""
    rows = [
        (name + b"/" if mode in FOLDERS else name, b"%b %b\0%b" % (mode, name, oid))
        for name, (mode, oid) in entries.items()
    ]
    return b"".join(row for _, row in sorted(rows))


def subtree(entries: Mapping[bytes, Raw], name: bytes) -> str | None:
    """The id of a folder in a tree; None where it has none of that name."""
    mode, oid = entries.get(name, (b"", b""))
    return oid.hex() if mode in FOLDERS else None


def sizes(git: Git, ids: Iterable[str]) -> dict[str, int]:
    """The sizes in bytes of objects that are here, by id."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    asked = os.fsencode("".join(f"{one}\n" for one in wanted))
    rows = git.read("cat-file", "--batch-check=%(objectname) %(objectsize)", data=asked)
    pairs = (line.split(" ") for line in rows.decode().splitlines())
    return {name: int(size) for name, size in pairs if size.isdecimal()}
