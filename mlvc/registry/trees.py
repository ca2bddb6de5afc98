"""Reading commits: trees, blobs, and the files of a project at a revision."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mlvc.errors import Exit, MlvcError
from mlvc.registry.git import Git

_KINDS = (b"blob", b"tree", b"commit", b"tag")


@dataclass(frozen=True)
class Entry:
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
    """The contents of those objects that exist, by the names that were asked for.

    A name is an id or `COMMIT:PATH`; one that holds a newline cannot be asked for and is left out.
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
        kind, at = head.rpartition(b" ")[2], end + 1
        if kind in _KINDS:
            if kind == b"blob":
                found[name] = out[at : at + int(size)]
            at += int(size) + 1
    return found


def identities(tree: Tree) -> dict[str, str]:
    """What identifies each tracked file's content: its id, with the mode where it is unusual."""
    return {p: e.id if e.mode == "100644" else f"{e.id}:{e.mode}" for p, e in tree.items()}


def blobs(tree: Tree) -> dict[str, str]:
    """The ids of the files of a tree, but for submodules."""
    return {path: entry.id for path, entry in tree.items() if not entry.is_submodule}
