"""Trees, what is in them, and processes that end at a chosen system call."""

import os
import signal
import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import pytest

from mlvc.workspace import libc
from mlvc.workspace.census import stamp
from mlvc.workspace.planting import Planter

Tree = Mapping[str, bytes | None]
CALLS = (
    *("rename", "replace", "link", "unlink", "mkdir", "rmdir", "symlink", "open", "fsync", "chmod"),
)
LIBC = ("rename_exchange", "rename_noreplace", "syncfs")
LINK = b"-> "


def plant(root: Path, tree: Tree) -> None:
    """Make these files; None is an empty folder, `-> x` a link to x."""
    for name, content in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.mkdir(exist_ok=True)
        elif content.startswith(LINK):
            path.symlink_to(os.fsdecode(content.removeprefix(LINK)))
        else:
            path.write_bytes(content)


def snapshot(root: Path) -> dict[str, tuple[int, bytes]]:
    """The mode and bytes of every entry below `root`."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder, name)
            mode = path.lstat().st_mode
            data = b""
            if stat.S_ISLNK(mode):
                data = os.fsencode(path.readlink())
            elif stat.S_ISREG(mode):
                data = path.read_bytes()
            found[str(path.relative_to(root))] = (mode, data)
    return found


def without_exchange(patch: pytest.MonkeyPatch) -> None:
    """As on a filesystem that has neither RENAME_EXCHANGE nor RENAME_NOREPLACE."""

    def unsupported(a: Path, b: Path) -> None:
        raise OSError(22, "Invalid argument", str(a), None, str(b))

    patch.setattr(libc, "rename_exchange", unsupported)
    patch.setattr(libc, "rename_noreplace", unsupported)


class Counted:
    """Every call that changes a disk, counted; `act` runs in place of number `at`."""

    def __init__(self, at: int | None, act: Callable[[], None]) -> None:
        self.at, self.act, self.count = at, act, 0

    def __enter__(self) -> Self:
        self._patch = pytest.MonkeyPatch()
        for module, names in ((os, CALLS), (libc, LIBC)):
            for name in names:
                self._patch.setattr(module, name, self._counting(name, getattr(module, name)))
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.undo()

    def _counting(self, name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **named: object) -> object:
            self.count += 1
            if self.count - 1 == self.at:
                self.act()
            if name in {"fsync", "syncfs"}:
                return None  # a kill loses nothing that was written, only a power cut does
            return real(*args, **named)

        return call


def count(work: Callable[[], object]) -> int:
    """How many calls `work` makes."""
    with Counted(None, lambda: None) as counted:
        work()
    return counted.count


def killed(work: Callable[[], object], at: int) -> bool:
    """Run `work` in a process that gets SIGKILL instead of call number `at`."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with Counted(at, lambda: os.kill(os.getpid(), signal.SIGKILL)):
                work()
            status = 0
        finally:
            os._exit(status)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed by itself"
    return os.WIFSIGNALED(status)


def linked(slot: Path, entries: Mapping[str, Path], types: Sequence[str]) -> Path:
    """Make a folder of these objects at `slot`; of the one that is called "" a file."""
    files = [
        (f"{slot}/{name}".rstrip("/"), str(source), stamp(source.lstat()))
        for name, source in entries.items()
    ]
    Planter(types).plant(files)
    return slot
