"""What reaches the disk before mlvc goes on: folders and whole filesystems."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from mlvc.errors import naming


def sync_folder(folder: Path) -> None:
    """Make the entries of `folder` durable; one that is gone is no error.

    OSError as of fsync(2), except EINVAL: some filesystems do not sync folders.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except (FileNotFoundError, NotADirectoryError):
        return
    try:
        with naming(folder):
            os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)


def write_whole(path: Path, data: bytes, mode: int | None = None) -> None:
    """Write a file and sync it; what is there stays until the new one is whole.

    `mode` are its permissions, by default those of every new file.
    """
    beside = path.with_name(f".mlvc-{os.urandom(8).hex()}.tmp")
    try:
        with naming(path), beside.open("xb") as file:
            file.write(data)
            file.flush()
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def sync_filesystems(folders: Iterable[Path]) -> None:
    """Write every filesystem that holds one of `folders` to the disk, once each.

    This is how a hundred thousand staged files become durable for the price of
    one call instead of one fsync each.
    """
    done: set[int] = set()
    for folder in folders:
        device = os.stat(folder).st_dev
        if device not in done:
            done.add(device)
            _syncfs(folder)


def _syncfs(folder: Path) -> None:
    from mlvc.workspace import libc  # ctypes, which who only reads does without

    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with naming(folder):
            libc.syncfs(descriptor)
    except OSError as error:
        if error.errno != errno.ENOSYS:
            raise
        os.sync()  # macOS; POSIX lets it return before the disk is done
    finally:
        os.close(descriptor)
