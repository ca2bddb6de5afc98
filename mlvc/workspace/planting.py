"""Files made from proven objects, one by one or as a tree."""

import os
import stat
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from mlvc.errors import Exit, MlvcError
from mlvc.workspace.census import Stamp, stamp
from mlvc.workspace.confine import shown
from mlvc.workspace.linking import link_remembering

_WRITABLE, _PROTECTED = 0o222, 0o444
_LINKS = ("hardlink", "symlink")
File = tuple[str, str, Stamp | None]
"""Its absolute path, its object's, and the stamp with which that was proven."""


class Changed(MlvcError):  # noqa: N818 - reads as what happened
    """An object is not as it was proven."""

    def __init__(self, source: str) -> None:
        super().__init__(
            f"object {shown(source)} was changed by someone else meanwhile",
            "Nothing was touched: run this again, and it is proven anew.",
            Exit.CORRUPT,
        )
        self.source = source

    def __reduce__(self) -> tuple[type["Changed"], tuple[str]]:
        return Changed, (self.source,)


class Made(NamedTuple):
    """How files were made: the type of link, and the paths that are copies all the same."""

    kind: str = ""
    copies: tuple[str, ...] = ()


class Planter:
    """Makes files from objects by the first of `types` that works here (`link_remembering`).

    A link changes the ctime of its object, so what is made has to be looked at afterwards: it is
    the proven object as long as nothing else of its stamp is another.
    """

    def __init__(self, types: Sequence[str]) -> None:
        self._types = list(types)
        self._linked: set[int] = set()
        self._copies: list[str] = []
        self._kind = ""

    def plant(self, files: Iterable[File]) -> Made:
        """Make files and their folders.

        MlvcError CORRUPT where an object is not as it was proven, or was not proven.
        """
        made: set[str] = set()
        for path, source, proven in files:
            folder = path.rpartition("/")[0]
            if folder not in made:
                os.makedirs(folder, exist_ok=True)
                made.add(folder)
            self._plant(path, source, proven)
        return Made(self._kind or ("copy" if self._copies else ""), tuple(self._copies))

    def _plant(self, path: str, source: str, proven: Stamp | None) -> None:
        status = _status(source)
        if proven is None or status is None:
            raise Changed(source)
        now, ours = stamp(status), status.st_ino in self._linked
        if now != proven and not (ours and now[:4] == proven[:4]):
            raise Changed(source)
        kind = self._link(source, path, size=proven[2])
        if kind in _LINKS:
            self._protect(source, status)
        elif (after := _status(source)) is None or stamp(after) != now:
            raise Changed(source)  # while it was copied: who knows what was
        elif self._types[0] in _LINKS:
            self._copies.append(path)  # for it was empty, or has as many links as it can
            return
        self._kind = kind

    def _protect(self, source: str, status: os.stat_result) -> None:
        """As DVC does it: who writes to the file must not write to the object."""
        self._linked.add(status.st_ino)
        if status.st_mode & _WRITABLE:
            with suppress(OSError):  # another user's, in a shared cache
                os.chmod(source, _PROTECTED)

    def _link(self, source: str, path: str, size: int) -> str:
        if self._types and self._types[0] == "hardlink" and size:
            try:
                os.link(source, path)
            except OSError:
                pass  # what that means is decided there
            else:
                return "hardlink"
        return link_remembering(Path(source), Path(path), self._types)


def weed(top: str, files: Iterable[File]) -> dict[int, Stamp]:
    """Take files of ours below `top` away, and folders that become empty.

    Returns the stamps, by inode, of the objects whose ctime that changed, and nothing else of them.
    """
    folders: set[str] = set()
    stamps: dict[int, Stamp] = {}
    for path, source, first in files:
        proven = stamps.get(first[1], first) if first else None
        status = _status(path)
        if status is None:
            raise Changed(path)
        linked = proven is not None and stamp(status) == proven
        os.unlink(path)
        folders.add(path.rpartition("/")[0])
        if linked and proven and (after := stamp(os.lstat(source)))[:4] == proven[:4]:
            stamps[after[1]] = after
    for folder in sorted(folders, reverse=True):
        _prune(folder, top)
    return stamps


def refuse_links(tree: Path, folders: Iterable[str]) -> None:
    """See that nothing is followed out of the tree: raises `Changed` where a folder is none."""
    for folder in folders:
        path = tree
        for part in filter(None, folder.split("/")):
            path /= part
            try:
                mode = os.lstat(path).st_mode
            except FileNotFoundError:
                break  # it will be made
            if not stat.S_ISDIR(mode):
                raise Changed(str(path))


def _prune(folder: str, top: str) -> None:
    while folder != top:
        try:
            os.rmdir(folder)
        except OSError:
            return
        folder = os.path.dirname(folder)


def _status(source: str) -> os.stat_result | None:
    try:
        return os.lstat(source)
    except FileNotFoundError:
        return None
