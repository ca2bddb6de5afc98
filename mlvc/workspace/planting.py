"""Files made from proven objects, one by one or as a tree."""

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from mlvc.errors import Exit, MlvcError
from mlvc.workspace.census import Stamp, stamp
from mlvc.workspace.confine import shown
from mlvc.workspace.linking import link_remembering

_WRITABLE, _PROTECTED = 0o222, 0o444
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


class Planter:
    """Makes files from objects by the first of `types` that works here (as `linking.link`).

    `stamps` has the objects, by inode, whose ctime a link of ours changed: what was proven of
    them before holds for the new stamp. `kind` is the type that was used last.
    """

    def __init__(self, types: Sequence[str]) -> None:
        self._types = list(types)
        self.stamps: dict[int, Stamp] = {}
        self.kind = ""

    def plant(self, files: Iterable[File]) -> None:
        """Make files and their folders.

        MlvcError CORRUPT where an object is not as it was proven, or was not proven.
        """
        made: set[str] = set()
        for path, source, proven in files:
            folder = path.rpartition("/")[0]
            if folder not in made:
                os.makedirs(folder, exist_ok=True)
                made.add(folder)
            self._plant(path, source, self._now(proven))

    def _now(self, proven: Stamp | None) -> Stamp | None:
        return self.stamps.get(proven[1], proven) if proven else None

    def _plant(self, path: str, source: str, proven: Stamp | None) -> None:
        status = _status(source)
        if proven is None or status is None or stamp(status) != proven:
            raise Changed(source)
        self.kind = self._link(source, path, size=proven[2])
        bare = self.kind in ("hardlink", "symlink") and status.st_mode & _WRITABLE
        if bare:
            # As DVC does it: who writes to the file must not write to the object.
            with suppress(OSError):  # another user's, in a shared cache
                os.chmod(source, _PROTECTED)
        if bare or self.kind == "hardlink":
            after = stamp(os.lstat(source))
            if after[:4] != proven[:4]:
                raise Changed(source)
            self.stamps[after[1]] = after

    def _link(self, source: str, path: str, size: int) -> str:
        if self._types and self._types[0] == "hardlink" and size:
            try:
                os.link(source, path)
            except OSError:
                pass  # what that means is decided there
            else:
                return "hardlink"
        return link_remembering(Path(source), Path(path), self._types)

    def weed(self, top: str, files: Iterable[File]) -> None:
        """Take files of ours below `top` away, and folders that become empty."""
        folders = set()
        for path, source, first in files:
            proven = self._now(first)
            linked = proven is not None and stamp(os.lstat(path)) == proven
            os.unlink(path)
            folders.add(path.rpartition("/")[0])
            if linked and proven and (after := stamp(os.lstat(source)))[:4] == proven[:4]:
                self.stamps[after[1]] = after
        for folder in sorted(folders, reverse=True):
            _prune(folder, top)


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
