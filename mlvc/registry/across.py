"""Files of many commits at once: every tree and blob that they share is read once."""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from mlvc.domain.batching import batched
from mlvc.errors import Exit, MlvcError
from mlvc.registry.asking import Object
from mlvc.registry.git import Git
from mlvc.registry.trees import FOLDERS, rows_of, try_objects

_AT_ONCE = 1000
_SUBMODULE = b"160000"


class Place(NamedTuple):
    """Where a tree or blob was first met: in which commit, as that is called, and its path."""

    of: str
    path: str = ""

    def __str__(self) -> str:
        return f"{self.path} of {self.of}" if self.path else self.of


def files(
    git: Git, commits: Mapping[str, str], wanted: Callable[[str], bool]
) -> Iterator[tuple[Place, bytes]]:
    """Each different content of the files whose names are `wanted`.

    `commits` says what each commit is called; what is shared is placed in the first. Raises
    `MlvcError` (MISSING) for what is not here.
    """
    roots = {f"{commit}^{{tree}}": Place(name) for commit, name in commits.items()}
    level: dict[str, Place] = {}
    for tree, place in _objects(git, roots):
        level.setdefault(tree.id, place)
    seen, blobs = set(level), dict[str, Place]()
    while level:
        inner: dict[str, Place] = {}
        for tree, place in _objects(git, level):
            # Not by name: what is there twice is needed twice.
            for mode, raw, oid in rows_of(tree):
                name, child = os.fsdecode(raw), oid.hex()
                if mode in FOLDERS and child not in seen:
                    seen.add(child)
                    inner[child] = Place(place.of, f"{place.path}{name}/")
                elif mode not in (*FOLDERS, _SUBMODULE) and wanted(name):
                    blobs.setdefault(child, Place(place.of, place.path + name))
        level = inner
    for blob, place in _objects(git, blobs):
        yield place, blob.data


def _objects(git: Git, wanted: Mapping[str, Place]) -> Iterator[tuple[Object, Place]]:
    for some in batched(wanted, _AT_ONCE):
        found = try_objects(git, some)
        for name in some:
            if name not in found:
                raise MlvcError(
                    f"Git object {name} is missing, so nobody knows what {wanted[name]} needs",
                    "Fetch it: `git fetch --unshallow --tags`, or `git fetch` from a full clone.",
                    Exit.MISSING,
                )
            yield found[name], wanted[name]
