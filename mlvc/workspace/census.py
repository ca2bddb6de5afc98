"""What is in a file or folder, from its status alone: no content is read.

A fingerprint stands for names, inodes, sizes, mtimes and ctimes. The kernel sets a ctime
at every change and nobody can set it back, so equal fingerprints mean equal bytes, as far
as the disk keeps what it was given.
"""

import hashlib
import itertools
import os
import stat
import sys
import time
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

Stamp = tuple[int, int, int, int, int]
"""Device, inode, size in bytes, mtime and ctime in ns of a file's content."""

Files = dict[str, tuple[int, ...]]
"""The stamps of files by relative path; of a link to a file, its own inode and ctime come after."""

_STRANGE = (0,)
_STAMP = 5  # numbers; those of a link come after
GRAIN = 20_000_000
"""In ns: the clock that a file's times come from ticks a few times in this span."""
_KIND = 0o170000


@dataclass(frozen=True)
class Census:
    """The stamps of all files below `path` by relative path; of a file, its own as "".

    A link to a file counts as that file, with the link's own inode and ctime added. What is
    neither has a stamp that equals none of a file's. `looked` is when looking began, in epoch ns.
    """

    path: str
    device: int
    inode: int
    files: Files
    looked: int = 0

    @property
    def is_folder(self) -> bool:
        """Whether a folder was looked at, perhaps an empty one."""
        return "" not in self.files

    @property
    def links(self) -> list[str]:
        """The names of those files that are links to one."""
        return [name for name, seen in self.files.items() if len(seen) > _STAMP]

    @property
    def is_settled(self) -> bool:
        """Whether the next change of any file is sure to be seen: none was changed just now.

        Two changes within one tick of the kernel's clock leave the same ctime.
        """
        times = (stamp[i] for stamp in self.files.values() for i in (4, 6) if i < len(stamp))
        return max(times, default=0) < self.looked - GRAIN

    @cached_property
    def fingerprint(self) -> str:
        """One digest for all of it, in hex."""
        names = sorted(self.files)
        stamps = list(map(self.files.__getitem__, names))
        digest = hashlib.sha256("\0".join(names).encode("utf-8", "surrogateescape"))
        digest.update(bytes(map(len, stamps)))
        numbers = list(itertools.chain.from_iterable(stamps))  # an array takes it at once
        try:
            digest.update(array("q", numbers))
        except OverflowError:  # an inode above 2**63
            digest.update(repr(stamps).encode("ascii"))
        return digest.hexdigest()

    @property
    def glimpse(self) -> "Glimpse":
        """What to remember of it where no single file is asked about."""
        kind, settled = self.is_folder, self.is_settled
        return Glimpse(
            self.path, self.device, self.inode, self.looked, kind, settled, self.fingerprint
        )


class Glimpse(NamedTuple):
    """A census without its files: small, however many there are."""

    path: str
    device: int
    inode: int
    looked: int
    is_folder: bool
    is_settled: bool
    fingerprint: str


def census(path: Path) -> Census | None:
    """Look at all of `path`; None where there is nothing. OSError where a folder is unreadable."""
    looked = time.time_ns()
    try:
        top = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    text = os.fspath(path)
    if stat.S_ISDIR(top.st_mode):
        return Census(text, top.st_dev, top.st_ino, _walk(text, top.st_dev), looked)
    return Census(text, top.st_dev, top.st_ino, {"": _seen(text, top)}, looked)


def glances(top: str, names: Iterable[str]) -> list[tuple[int, ...]]:
    """What these files below `top` are, in order, as `census` has it; OSError where one is gone."""
    found: list[tuple[int, ...]] = []
    for name in names:
        path = f"{top}/{name}" if name else top
        status = os.lstat(path)
        plain = status.st_mode & _KIND == stat.S_IFREG
        found.append(stamp(status) if plain else _seen(path, status))
    return found


def stamp(status: os.stat_result) -> Stamp:
    """The stamp of a file of this status."""
    return (
        status.st_dev,
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
    )


def _walk(top: str, device: int) -> Files:
    files: Files = {}
    folders = [(top, "")]
    while folders:
        folder, prefix = folders.pop()
        with _opened(folder) as entries:
            for entry in entries:
                status = entry.stat(follow_symlinks=False)
                kind, name = status.st_mode & _KIND, sys.intern(prefix + entry.name)
                if kind == stat.S_IFDIR:
                    folders.append((f"{top}/{name}", f"{name}/"))
                elif kind == stat.S_IFREG and status.st_dev == device:
                    # As `stamp`, and fast: the number of the device is one for all.
                    times = status.st_mtime_ns, status.st_ctime_ns
                    files[name] = (device, status.st_ino, status.st_size, *times)
                else:
                    files[name] = _seen(f"{top}/{name}", status)
    return files


@contextmanager
def _opened(folder: str) -> Iterator[Iterator["os.DirEntry[str]"]]:
    """What is in a folder: by its descriptor, from which the kernel need not find the way again."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with os.scandir(descriptor) as entries:
            yield entries
    finally:
        os.close(descriptor)


def _seen(path: str, status: os.stat_result) -> tuple[int, ...]:
    kind = stat.S_IFMT(status.st_mode)
    if kind == stat.S_IFREG:
        return stamp(status)
    if kind == stat.S_IFLNK:
        try:
            target = os.stat(path)
        except OSError:
            return _STRANGE
        if stat.S_ISREG(target.st_mode):
            return (*stamp(target), status.st_ino, status.st_ctime_ns)
    return _STRANGE
