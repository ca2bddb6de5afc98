"""One writer at a time: flock(2) on a file that says who holds it.

The kernel drops such a lock when the last process that has the descriptor ends, so
a kill leaves nothing to clean up. Children that inherit the descriptor keep it: a
killed mlvc with a live git child is not yet gone.
"""

import errno
import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mlvc.errors import Exit, MlvcError
from mlvc.workspace.confine import shown

_POLL = 0.05  # seconds


@contextmanager
def locked(path: Path, wait: float = 0) -> Iterator[int]:
    """Hold the exclusive lock of file `path`, made if needed, for at most one process.

    Waits up to `wait` seconds; MlvcError LOCKED says who holds it. Gives the
    descriptor, which is inheritable: `subprocess` closes it in a child all the same
    unless it is in `pass_fds`. Not reentrant.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # O_NOFOLLOW: a repository may hold a link of this name, and we write into it.
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o666)
    try:
        _acquire(descriptor, path, time.monotonic() + wait)
        os.set_inheritable(descriptor, True)
        _sign(descriptor)
        with _unlocking(descriptor):
            yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _unlocking(descriptor: int) -> Iterator[None]:
    """Unlock for children too: a daemon that git left behind shall not hold it.

    A forked child that runs through this must not unlock its parent.
    """
    owner = os.getpid()
    try:
        yield
    finally:
        if os.getpid() == owner:
            fcntl.flock(descriptor, fcntl.LOCK_UN)


def _acquire(descriptor: int, path: Path, deadline: float) -> None:
    while not _try(descriptor, path):
        if time.monotonic() >= deadline:
            raise MlvcError(
                f"{shown(path)} is held by {_holder(descriptor)}",
                "wait until it has ended, then run this again.",
                Exit.LOCKED,
            )
        time.sleep(_POLL)


def _try(descriptor: int, path: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in (errno.ENOLCK, errno.ENOTSUP):
            raise
        raise MlvcError(
            f"{shown(path)}: this filesystem has no locks ({error.strerror})",
            "keep the repository on one that has: for NFS start its lock service.",
        ) from error
    return True


def _sign(descriptor: int) -> None:
    """Say who holds it, for the message only; so a full disk is no reason to fail."""
    command = [os.path.basename(sys.argv[0] or "python"), *sys.argv[1:2]]
    text = f"{os.getpid()} {' '.join(command)}\n"
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode(errors="surrogateescape"), 0)


def _holder(descriptor: int) -> str:
    text = os.pread(descriptor, 200, 0).decode(errors="replace").strip()
    pid, _, command = text.partition(" ")
    if not pid.isdecimal():
        return "another process"
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return f"a child of process {pid} ({shown(command)}), which has ended"
    except OSError:
        pass  # alive, and someone else's
    return f"process {pid} ({shown(command)})"
