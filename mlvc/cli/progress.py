"""What is being done right now: one line on stderr that is written over, on a terminal only."""

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlvc.workspace.confine import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlvc.cli.session import Session

_PATIENCE, _EVERY = 1.0, 0.1  # seconds


@contextmanager
def line(session: "Session") -> Iterator["Callable[[str], None]"]:
    """A function that shows a text after the first second; the line is empty at the end."""
    if session.quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    due = time.monotonic() + _PATIENCE

    def show(text: str) -> None:
        nonlocal due
        if (now := time.monotonic()) >= due:
            due = now + _EVERY
            width = shutil.get_terminal_size().columns - 1
            print(f"\r\x1b[K{shown(text)[:width]}", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
