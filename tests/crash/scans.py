"""All of a folder in memory: to compare it, and to lay it out again elsewhere."""

import hashlib
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# These say who held them last; that is no state.
SIGNATURES = frozenset({".git/mlvc/lock", ".git/mlvc/evaluating"})


@dataclass(frozen=True)
class Entry:
    """One name: `data` is a file's bytes or a link's target."""

    mode: int
    inode: int
    mtime: int
    data: bytes = b""

    @property
    def seen(self) -> tuple[int, bytes]:
        """What a reader sees of it."""
        return self.mode, self.data


Scan = Mapping[str, Entry]


def scan(root: Path) -> dict[str, Entry]:
    """Everything below `root` by relative path, folders before what is in them."""
    found: dict[str, Entry] = {}
    _scan(os.fspath(root), "", found)
    return found


def _scan(folder: str, prefix: str, found: dict[str, Entry]) -> None:
    with os.scandir(folder) as entries:
        for item in sorted(entries, key=lambda item: item.name):
            status = item.stat(follow_symlinks=False)
            data = _data(item.path, status.st_mode)
            found[prefix + item.name] = Entry(
                status.st_mode, status.st_ino, status.st_mtime_ns, data
            )
            if stat.S_ISDIR(status.st_mode):
                _scan(item.path, f"{prefix}{item.name}/", found)


def _data(path: str, mode: int) -> bytes:
    if stat.S_ISLNK(mode):
        return os.fsencode(os.readlink(path))
    if not stat.S_ISREG(mode):
        return b""
    with open(path, "rb", buffering=0) as file:
        return file.read()


def digest(found: Scan) -> str:
    """The same for two states that no later run can tell from each other."""
    total = hashlib.sha256()
    for path, entry in found.items():
        if path not in SIGNATURES:
            total.update(repr((path, entry.mode, len(entry.data))).encode() + entry.data)
    return total.hexdigest()


def lay_out(found: Scan, root: Path, was: Path) -> None:
    """Make `root` what was scanned at `was`: hard links, times, and paths that name the place.

    Both names are of one length, so that no file changes its size.
    """
    old, new = os.fsencode(was), os.fsencode(root)
    assert len(old) == len(new), "the places' names differ in length"
    inodes: dict[int, Path] = {}
    root.mkdir()
    for name, entry in found.items():
        path = root / name
        data = entry.data.replace(old, new)
        if stat.S_ISDIR(entry.mode):
            path.mkdir(mode=stat.S_IMODE(entry.mode) | stat.S_IRWXU)
        elif entry.inode in inodes:
            os.link(inodes[entry.inode], path, follow_symlinks=False)
        else:
            _write(path, entry, data)
            inodes[entry.inode] = path
    _translate(found, root)


def _write(path: Path, entry: Entry, data: bytes) -> None:
    if stat.S_ISLNK(entry.mode):
        os.symlink(data, os.fsencode(path))
        return
    path.write_bytes(data)
    path.chmod(stat.S_IMODE(entry.mode))
    os.utime(path, ns=(entry.mtime, entry.mtime))


_INODE = re.compile(rb'("inode": *)(\d+)')


def _translate(found: Scan, root: Path) -> None:
    """A journal knows entries by their inodes, and the copy has others."""
    journals = [n for n in found if n.startswith(".git/mlvc/") and "journal" in n]
    if not journals:
        return
    now = {entry.inode: os.lstat(root / name).st_ino for name, entry in found.items()}

    def own(match: re.Match[bytes]) -> bytes:
        return match[1] + str(now.get(int(match[2]), int(match[2]))).encode()

    for name in journals:
        data = _INODE.sub(own, (root / name).read_bytes())
        (root / name).write_bytes(data)
