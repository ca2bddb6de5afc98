"""Files made from cache objects the way DVC makes them (`cache.type`).

Nothing is synced here: before its commit point the transaction calls syncfs(2)
once for each filesystem, which covers every file at once.
"""

import errno
import fcntl
import os
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path

from mlvc.errors import MlvcError, naming
from mlvc.workspace import libc
from mlvc.workspace.confine import shown

_FICLONE = 0x40049409  # linux/fs.h
# What DVC takes for "this type does not work here" (dvc_objects.fs.generic).
_UNSUPPORTED = {
    errno.EPERM,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.EXDEV,
    errno.ENOTTY,
    errno.ENOSYS,
    errno.EINVAL,
    errno.EAGAIN,
}
_Fill = Callable[[int, int], None]  # from descriptor, to descriptor
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


def link_remembering(source: Path, destination: Path, types: list[str]) -> str:
    """Make `destination` from a cache object by the first type that works.

    `types` are among reflink, hardlink, symlink, copy; the one used is returned, and what this
    filesystem turned out to lack is dropped from them. Reflinks and copies are writable, 0666 less
    the umask; the others are the read-only object itself. An empty file is never hard-linked (as in
    DVC: they all would be one object, and links are limited to 65,000).
    FileExistsError where `destination` exists, MlvcError where no type works.
    """
    last: OSError | None = None
    for kind in tuple(types):
        try:
            return _make(kind, source, destination)
        except OSError as error:
            if error.errno in _UNSUPPORTED:
                types.remove(kind)
            elif error.errno != errno.EMLINK:  # EMLINK: this object's links are used up
                raise
            last = error
    raise MlvcError(
        f"{shown(destination)}: no link type of cache.type works here",
        "add copy: `dvc config --local cache.type reflink,hardlink,copy`.",
    ) from last


def _make(kind: str, source: Path, destination: Path) -> str:
    if kind == "symlink":
        os.symlink(os.path.abspath(source), destination)
    elif kind == "hardlink":
        return _hardlink(source, destination)
    elif kind == "reflink":
        _reflink(source, destination)
    elif kind == "copy":
        _copy(source, destination)
    else:
        raise MlvcError(f"unknown link type {kind!r}", "cache.type knows no such type.")
    return kind


def _hardlink(source: Path, destination: Path) -> str:
    status = os.lstat(source)
    if stat.S_ISLNK(status.st_mode):  # link(2) would link the symlink: bpo-41355
        source = Path(os.path.realpath(source))
        status = os.lstat(source)
    if status.st_size == 0:
        _copy(source, destination)
        return "copy"
    os.link(source, destination)
    return "hardlink"


def _reflink(source: Path, destination: Path) -> None:
    if sys.platform == "darwin":
        libc.clonefile(source, destination)  # takes the object's mode along
        os.chmod(destination, 0o666 & ~_umask())
        return
    fill(source, destination, clone)


def _copy(source: Path, destination: Path) -> None:
    fill(source, destination, _clone_or_copy)


def fill(source: Path, destination: Path, copy: _Fill) -> None:
    """Make `destination` by `copy`, which gets descriptors to read and to write; or not at all."""
    reader = os.open(source, os.O_RDONLY | os.O_CLOEXEC)
    try:
        writer = os.open(destination, _NEW, 0o666)
        try:
            with naming(destination):
                copy(reader, writer)
        except BaseException:
            os.unlink(destination)
            raise
        finally:
            os.close(writer)
    finally:
        os.close(reader)


def is_unsupported(error: OSError) -> bool:
    """Whether a type of link does not work here, as DVC sees it."""
    return error.errno in _UNSUPPORTED


def clone(reader: int, writer: int) -> None:
    """Let one file share the other's blocks; OSError where the filesystem cannot."""
    fcntl.ioctl(writer, _FICLONE, reader)


def _clone_or_copy(reader: int, writer: int) -> None:
    try:
        clone(reader, writer)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
        size = os.fstat(reader).st_size
        if _copied_by_kernel(reader, writer, size) != size:
            _copy_by_hand(reader, writer)


def _copied_by_kernel(reader: int, writer: int, size: int) -> int:
    """The bytes copy_file_range(2) moved; some filesystems stop short or refuse."""
    done = 0
    try:
        while done < size:
            count = os.copy_file_range(reader, writer, size - done, done, done)
            if count == 0:
                break
            done += count
    except AttributeError:  # macOS
        return -1
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
    return done


def _copy_by_hand(reader: int, writer: int) -> None:
    for descriptor in (reader, writer):
        os.lseek(descriptor, 0, os.SEEK_SET)
    os.ftruncate(writer, 0)
    with (
        open(reader, "rb", closefd=False) as source,
        open(writer, "wb", closefd=False) as destination,
    ):
        shutil.copyfileobj(source, destination, 1 << 20)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
