"""Renames that lose nothing: two entries swap places, or one moves to a free name."""

import errno
import os
from contextlib import suppress
from pathlib import Path

from mlvc.workspace import libc

_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}
_NO_HARDLINK = _UNSUPPORTED | {errno.EPERM, errno.EMLINK}


def exchange(a: Path, b: Path) -> None:
    """Swap two existing entries of one filesystem, of whatever type, in one rename.

    Linux: renameat2(RENAME_EXCHANGE); macOS: renamex_np(RENAME_SWAP). Where the
    filesystem has neither (ENOSYS, EINVAL, ENOTSUP): of two files `b` replaces `a`
    in one rename after `a` was hard-linked to `aside(b)`; else `a` is absent between
    two renames. A kill in there leaves `aside(b)` behind, which
    `transaction.undo` and `finish` understand. Any other OSError is the kernel's.
    """
    try:
        libc.rename_exchange(a, b)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
        _exchange_in_steps(a, b)


def aside(b: Path) -> Path:
    """Where the fallback of `exchange` keeps the old `a` for a moment."""
    return b.with_name(b.name + ".old")


def move(a: Path, b: Path) -> None:
    """Rename `a` to `b`; FileExistsError where `b` exists.

    Where the filesystem cannot promise that, it looks first: another process that
    makes `b` in between loses it. Callers hold mlvc's lock.
    """
    try:
        libc.rename_noreplace(a, b)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
        if os.path.lexists(b):
            raise FileExistsError(errno.EEXIST, "it exists", str(b)) from error
        os.rename(a, b)


def same_entry(a: Path, b: Path) -> bool:
    """Whether both exist and are one inode (hard links of one file)."""
    try:
        return os.path.samestat(os.lstat(a), os.lstat(b))
    except (FileNotFoundError, NotADirectoryError):
        return False


def _exchange_in_steps(a: Path, b: Path) -> None:
    os.lstat(b)  # before `a` is touched
    spare = aside(b)
    if same_entry(a, b):
        return  # two names of one object: rename(2) does nothing then
    if same_entry(a, spare):  # of a run that was killed
        os.unlink(spare)
    if not _both_files(a, b) or not _keep(a, spare):
        move(a, spare)
    try:
        os.rename(b, a)
    except OSError:
        with suppress(OSError):
            os.rename(spare, a)
            os.unlink(spare)  # still there where both were links of one file
        raise
    os.rename(spare, b)


def _both_files(a: Path, b: Path) -> bool:
    return not any(p.is_dir() and not p.is_symlink() for p in (a, b))


def _keep(a: Path, spare: Path) -> bool:
    try:
        os.link(a, spare, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_HARDLINK:
            raise
        return False
    return True
