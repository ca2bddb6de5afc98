"""New content, made beside the old on the same filesystem."""

import os
import re
from contextlib import suppress
from pathlib import Path

from mlvc.errors import MlvcError, naming
from mlvc.workspace.durable import sync_folder
from mlvc.workspace.exchange import aside
from mlvc.workspace.mounts import mount_of, mount_points
from mlvc.workspace.removal import remove_tree

_ID = re.compile(r"[0-9A-Za-z_-]+")
_OUTSIDE = "outside"


class Staging:
    """A place for what is not yet live, reachable from there by one rename.

    `home` is `<project>/.dvc/tmp/mlvc/<id>` and is made here, `root` the folder below
    which every live path lies. Slots that cannot be below `home`, for their live path
    is on another mount, are noted in it first, so that `discard` after a crash, in a
    new process, finds them too.
    """

    def __init__(self, root: Path, home: Path) -> None:
        if not _ID.fullmatch(home.name):
            raise MlvcError(f"{home.name!r} is no id of a transaction")
        self.root, self.home = root, home
        self._points = mount_points()
        home.mkdir(parents=True, exist_ok=True)
        self._count = 0

    def slot(self, live: Path) -> Path:
        """A fresh unused path that can be renamed to `live`.

        Below `home`, or `.mlvc-<id>-<n>` in the nearest existing parent of `live`.
        """
        anchor = _existing_parent(live, self.root)
        here = mount_of(self.home, self._points) == mount_of(anchor, self._points)
        while True:
            self._count += 1
            name = f".mlvc-{self.home.name}-{self._count}"
            slot = self.home / str(self._count) if here else anchor / name
            if not os.path.lexists(slot):
                break
        if not here:
            self._note(slot)
        return slot

    def write(
        self, live: Path, data: bytes, executable: bool = False, symlink: bool = False
    ) -> Path:
        """Stage a file of these bytes, 0666 or 0777 less the umask, or a symlink."""
        slot = self.slot(live)
        if symlink:
            os.symlink(data, os.fsencode(slot))
            return slot
        mode = 0o777 if executable else 0o666
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with naming(slot), open(os.open(slot, flags, mode), "wb") as file:
            file.write(data)
        return slot

    def _note(self, slot: Path) -> None:
        relative = os.path.relpath(slot, self.home)
        with naming(self.home), open(self.home / _OUTSIDE, "ab") as file:
            file.write(os.fsencode(relative) + b"\0")
            file.flush()
            os.fsync(file.fileno())
        sync_folder(self.home)


def discard(home: Path) -> None:
    """Remove a home and the slots outside of it that it notes; gone is fine.

    What is no home but a file among them, such as `.DS_Store`, goes too. A repository may bring
    such notes along, so only paths that are named as this id's slots are removed.
    """
    with suppress(FileNotFoundError, NotADirectoryError):
        for note in (home / _OUTSIDE).read_bytes().split(b"\0"):
            slot = Path(os.path.normpath(home / os.fsdecode(note)))
            if re.fullmatch(rf"\.mlvc-{re.escape(home.name)}-\d+", slot.name):
                remove_tree(slot)
                remove_tree(aside(slot))
    remove_tree(home)


def _existing_parent(live: Path, root: Path) -> Path:
    parent = live.parent
    while parent != root and not parent.is_dir():
        parent = parent.parent
    return parent
