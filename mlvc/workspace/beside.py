"""Work that a second process does meanwhile: two cores, where Python's own lock leaves us one."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn, TypeVar, cast

from mlvc.errors import MlvcError
from mlvc.workspace.undisturbed import ASKING

WORTH = 1000
"""So many files are worth a process; for fewer, it takes longer to start than to do without."""

_Result = TypeVar("_Result")


@contextmanager
def beside(work: Callable[[], _Result], *, files: int) -> Iterator[Callable[[], _Result]]:
    """Have `work` done while the body runs; gives what waits for its result, or raises its error.

    It is done in a fork of this process, that shares our locks. What it remembers is lost but for
    the result, which is pickled. It ends with the body, done or not. Where `files` is below
    `WORTH`, or there is only one core, or a thread of ours that a fork would leave in the midst of
    something, `work` is done here, at the moment when it is waited for.
    """
    if files < WORTH or _cores() == 1 or threading.active_count() > 1:
        yield work
        return
    reader, child = _fork(work)
    with open(reader, "rb") as pipe:
        try:
            yield lambda: cast("_Result", _received(pipe.read()))
        finally:
            os.kill(child, signal.SIGKILL)  # it is not reaped, so it is no other process
            os.waitpid(child, 0)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _received(data: bytes) -> object:
    import pickle

    if not data:
        raise MlvcError("a process of mlvc's own was ended from outside", "Run this again.")
    result, error = pickle.loads(data)  # noqa: S301 - of our own fork, by a pipe of our own
    if error:
        raise error
    return result


def _fork(work: Callable[[], object]) -> tuple[int, int]:
    reader, writer = os.pipe()
    # No signal may find the child with our handlers: it would undo, as we do, what is ours.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ASKING)
    try:
        child = os.fork()
        if child == 0:
            _work(work, writer)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    os.close(writer)
    return reader, child


def _work(work: Callable[[], object], writer: int) -> NoReturn:
    import pickle

    try:
        for number in ASKING:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKING)
        with open(writer, "wb") as pipe:
            pickle.dump(_tried(work), pipe, pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(0)


def _tried(work: Callable[[], object]) -> tuple[object, Exception | None]:
    try:
        return work(), None
    except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
        return None, error
