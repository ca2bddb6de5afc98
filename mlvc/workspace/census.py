"""What is in a file or folder, from its status alone: no content is read.

A fingerprint stands for names, inodes, sizes, mtimes and ctimes. The kernel sets a ctime
at every change and nobody can set it back, so equal fingerprints mean equal bytes, as far
as the disk keeps what it was given.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

Stamp = tuple[int, int, int, int, int]
"""Device, inode, size in bytes, mtime and ctime in ns of a file's content."""

_STRANGE = (0,)


@dataclass(frozen=True)
class Census:
    """The stamps of all files below `path` by relative path; of a file, its own as "".

    A link to a file counts as that file, with the link's own inode and ctime added. What is
    neither has a stamp that equals none of a file's.
    """

    path: str
    device: int
    inode: int
    files: dict[str, tuple[int, ...]]

    @property
    def is_folder(self) -> bool:
        """Whether a folder was looked at, perhaps an empty one."""
        return "" not in self.files

    @cached_property
    def fingerprint(self) -> str:
        """One digest for all of it, in hex."""
        digest = hashlib.sha256()
        for name in sorted(self.files):
            line = f"{name}\0{self.files[name]}\n"
            digest.update(line.encode("utf-8", "surrogateescape"))
        return digest.hexdigest()


def census(path: Path) -> Census | None:
    """Look at all of `path`; None where there is nothing. OSError where a folder is unreadable."""
    try:
        top = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    text = os.fspath(path)
    if stat.S_ISDIR(top.st_mode):
        return Census(text, top.st_dev, top.st_ino, dict(_walk(text, "")))
    return Census(text, top.st_dev, top.st_ino, {"": _seen(text, top)})


def stamp(status: os.stat_result) -> Stamp:
    """The stamp of a file of this status."""
    return (
        status.st_dev,
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
    )


def _walk(folder: str, prefix: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, f"{prefix}{entry.name}/")
            else:
                status = entry.stat(follow_symlinks=False)
                yield prefix + entry.name, _seen(entry.path, status)


def _seen(path: str, status: os.stat_result) -> tuple[int, ...]:
    if stat.S_ISREG(status.st_mode):
        return stamp(status)
    if stat.S_ISLNK(status.st_mode):
        try:
            target = os.stat(path)
        except OSError:
            return _STRANGE
        if stat.S_ISREG(target.st_mode):
            return (*stamp(target), status.st_ino, status.st_ctime_ns)
    return _STRANGE
