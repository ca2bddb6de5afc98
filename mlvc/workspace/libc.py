"""The five kernel calls that Python does not offer, through ctypes.

Each raises `OSError` with the kernel's errno; a call this system lacks raises
ENOSYS, so callers treat "old kernel" and "old libc" as one case.
"""

import ctypes
import errno
import os
import platform
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

_AT_FDCWD = -100
_NOREPLACE, _EXCHANGE = 1, 2  # linux/fs.h
_WRITE = 2  # linux/fs.h: SYNC_FILE_RANGE_WRITE
_SWAP, _EXCL = 2, 4  # macOS sys/stdio.h
# musl had no renameat2() for years, its kernel does: call by number there.
_RENAMEAT2 = {"x86_64": 316, "aarch64": 276}


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: Any) -> None:
    function = getattr(_libc(), name, None)
    if function is None:
        raise OSError(errno.ENOSYS, f"{name} is not available")
    if function(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _rename(a: Path, b: Path, linux: int, darwin: int) -> None:
    old, new = os.fsencode(a), os.fsencode(b)
    try:
        if sys.platform == "darwin":
            _call("renamex_np", old, new, darwin)
        elif hasattr(_libc(), "renameat2") or platform.machine() not in _RENAMEAT2:
            _call("renameat2", _AT_FDCWD, old, _AT_FDCWD, new, linux)
        else:
            _rename_by_number(old, new, linux)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(a), None, str(b)) from None


def _rename_by_number(old: bytes, new: bytes, flags: int) -> None:
    number, folder = (ctypes.c_long(n) for n in (_RENAMEAT2[platform.machine()], _AT_FDCWD))
    _call("syscall", number, folder, old, folder, new, ctypes.c_long(flags))


def rename_exchange(a: Path, b: Path) -> None:
    """Exchange two directory entries in one step: renameat2(2), renamex_np(2)."""
    _rename(a, b, _EXCHANGE, _SWAP)


def rename_noreplace(a: Path, b: Path) -> None:
    """Rename `a` to `b`; FileExistsError where `b` exists."""
    _rename(a, b, _NOREPLACE, _EXCL)


def syncfs(descriptor: int) -> None:
    """Write the filesystem that `descriptor` is on to the disk. Linux."""
    _call("syncfs", descriptor)


def start_writing(descriptor: int, offset: int, count: int) -> None:
    """Begin to write a part of a file to the disk; where that cannot be asked for, nothing."""
    with suppress(OSError):
        begin, length = ctypes.c_int64(offset), ctypes.c_int64(count)
        _call("sync_file_range", descriptor, begin, length, ctypes.c_uint(_WRITE))


def clonefile(source: Path, destination: Path) -> None:
    """Make `destination` a copy-on-write clone of `source`. macOS."""
    _call("clonefile", os.fsencode(source), os.fsencode(destination), 0)
