"""What Git and DVC keep: nobody writes into it, or replaces it, by a path that was mistyped.

It is told by its name, or by what is in it: a bare repository, a cache or a remote may be called
anything.
"""

import os
from pathlib import Path

from mlvc.errors import MlvcError
from mlvc.workspace.confine import shown

_NAMES = frozenset((".git", ".dvc"))
ELSEWHERE = "Say another path with `-o`."


def refuse_inside(path: Path) -> None:
    """Refuse a real path that is, or lies in, what Git or DVC keeps; raises `MlvcError`.

    Nothing above the nearest working tree counts: `mlvc eval` and `dvc exp run --temp` have
    theirs in `.dvc` or `.git`.
    """
    for place in (path, *path.parents):
        if place.name.casefold() in _NAMES or _is_store(place):
            raise MlvcError(
                f"{shown(place)} is not written to: Git or DVC keeps its own there", ELSEWHERE
            )
        if place != path and os.path.lexists(place / ".git"):
            return


def has_repository(folder: Path) -> bool:
    """Whether a folder is a repository, a cache or a remote of DVC's, or has one in it."""
    return any(
        not _NAMES.isdisjoint((*folders, *files)) or _is_store(Path(place))
        for place, folders, files in os.walk(folder)
    )


def _is_store(place: Path) -> bool:
    """Whether a folder is a bare repository, or has DVC's objects by their digests."""
    is_bare = all(os.path.exists(place / name) for name in ("HEAD", "objects", "refs"))
    return is_bare or os.path.isdir(place / "files" / "md5")
