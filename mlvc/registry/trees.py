"""Reading commits: trees, blobs, and the files of a project at a revision."""

import os
import re
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import NamedTuple

from mlvc.errors import Exit, MlvcError
from mlvc.registry.asking import Object, answers
from mlvc.registry.git import Git

Raw = tuple[bytes, bytes]
"""A mode and an id (as bytes), as they stand in a tree object."""

FOLDERS = (b"40000", b"040000")
"""The modes of folders in a tree object; the second is of some old tools."""

# `MODE NAME NUL ID`.
_SHA1 = 40  # hex digits
_ENTRY = {
    "sha1": re.compile(rb"([0-7]+) ([^\0]+)\0(.{20})", re.DOTALL),
    "sha256": re.compile(rb"([0-7]+) ([^\0]+)\0(.{32})", re.DOTALL),
}


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
    if prefix and named(git, spec) is None:
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
            raise missing(blob)
    return found


def missing(name: str) -> MlvcError:
    """The error for an object that this repository lacks."""
    return MlvcError(
        f"Git object {name} is missing",
        "Fetch it: `git fetch --unshallow`, or `git fetch` from a full clone.",
        Exit.MISSING,
    )


def try_blobs(git: Git, names: Iterable[str]) -> dict[str, bytes]:
    """The contents of those names of `try_objects` that are blobs."""
    found = try_objects(git, names)
    return {name: one.data for name, one in found.items() if one.kind == "blob"}


def try_objects(git: Git, names: Iterable[str]) -> dict[str, Object]:
    """Those objects that exist, by the names that were asked for, at once.

    A name is an id, a ref or `COMMIT:PATH`; one that holds a newline cannot be asked for and is
    left out.
    """
    wanted = [name for name in dict.fromkeys(names) if "\n" not in name]
    found = git.asking.ask(wanted) if wanted else {}
    if found is None:
        out = git.read("cat-file", "--batch", data=os.fsencode("\n".join(wanted) + "\n"))
        found = answers(wanted, BytesIO(out))
    return found


def named(git: Git, name: str) -> str | None:
    """The id of what has a name now: an id, a ref or a revision, as `try_objects`."""
    found = try_objects(git, [name])
    return found[name].id if found else None


def identities(tree: Tree) -> dict[str, str]:
    """What identifies each tracked file's content: its id, with the mode where it is unusual."""
    return {p: e.id if e.mode == "100644" else f"{e.id}:{e.mode}" for p, e in tree.items()}


def blobs(tree: Tree) -> dict[str, str]:
    """The ids of the files of a tree, but for submodules."""
    return {path: entry.id for path, entry in tree.items() if not entry.is_submodule}


def algorithm(oid: str) -> str:
    """How the repository names objects in which one has this id: `sha1` or `sha256`."""
    return "sha1" if len(oid) <= _SHA1 else "sha256"


def rows_of(tree: Object) -> list[tuple[bytes, bytes, bytes]]:
    """The mode, name and id of each entry of a tree object; MlvcError where it makes no sense."""
    rows: list[tuple[bytes, bytes, bytes]] = _ENTRY[algorithm(tree.id)].findall(tree.data)
    width = len(tree.id) // 2 + 2
    if sum(len(mode) + len(name) + width for mode, name, _ in rows) != len(tree.data):
        raise MlvcError(f"tree {tree.id} makes no sense", "See what `git fsck` says.")
    return rows


def parse_tree(tree: Object) -> dict[bytes, Raw]:
    """The entries of a tree object, by name; raises `MlvcError` as `rows_of`."""
    return {name: (mode, oid) for mode, name, oid in rows_of(tree)}


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
