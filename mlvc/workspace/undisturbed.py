"""A short while in which nobody can interrupt, for what is short and must not be left half done."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mlvc.errors import MlvcError

ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""The signals that ask a process to end."""


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ignore the signals that ask a process to end; processes started meanwhile do so too.

    Outside the main thread, where Python allows no such thing and delivers no signals, nothing
    is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in ASKING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def clearing(clear: Callable[[], object]) -> Iterator[None]:
    """Clear up where the body is ended by a signal, or by a mistake of ours, and not refused."""
    try:
        yield
    except MlvcError:
        raise
    except BaseException:
        with undisturbed():
            clear()
        raise
