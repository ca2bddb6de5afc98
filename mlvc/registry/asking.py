"""Objects of Git by name, from a `git cat-file --batch` that stays as long as it is needed.

A verb asks ten to twenty times, and a process for each costs 2 ms; the one that stays resolves
every name anew, so what it says is as of now.
"""

import os
import subprocess
import weakref
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Lock
from typing import IO, NamedTuple

_KINDS = (b"blob", b"tree", b"commit", b"tag")
_ROOM = 1 << 15  # bytes; a pipe takes twice as much before who writes has to wait

_Process = subprocess.Popen[bytes]


class Object(NamedTuple):
    """What Git keeps under an id; `kind` is blob, tree, commit or tag."""

    id: str
    kind: str
    data: bytes


def answers(names: Iterable[str], printed: IO[bytes]) -> dict[str, Object]:
    """What `git cat-file --batch` prints of those names, by name, without what is not there.

    Raises EOFError where it was ended before.
    """
    found = {}
    for name in names:
        # `ID TYPE SIZE`, or what was asked for and `missing`.
        line = printed.readline()
        head, _, size = line.rstrip(b"\n").rpartition(b" ")
        oid, _, kind = head.rpartition(b" ")
        if not line.endswith(b"\n"):
            raise EOFError(name)
        if kind in _KINDS and size.isdigit():
            data = printed.read(int(size) + 1)
            if len(data) <= int(size):
                raise EOFError(name)
            found[name] = Object(oid.decode(), kind.decode(), data[:-1])
    return found


class Asking:
    """Asks a process that `start` starts; after a fork each process asks one of its own."""

    def __init__(self, start: Callable[[], _Process]) -> None:
        self._start = start
        self._turn = Lock()
        self._end: Callable[[], object] = lambda: None
        self._running: _Process | None = None
        self._owner = 0

    def ask(self, names: list[str]) -> dict[str, Object] | None:
        """What there is of these names; None where it has to be asked for in another way.

        That is where there is too much, or where git gave up: a process of its own says why.
        """
        asked = os.fsencode("".join(f"{name}\n" for name in names))
        if len(asked) > _ROOM:
            return None
        with self._turn:
            found = self._tried(names, asked)
            return self._tried(names, asked) if found is None else found

    def _tried(self, names: list[str], asked: bytes) -> dict[str, Object] | None:
        process = self._process()
        try:
            process.stdin.write(asked)  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
            return answers(names, process.stdout)  # type: ignore[arg-type]
        except (OSError, EOFError):  # Ctrl-C ended it, too
            self._give_up()
            return None
        except BaseException:
            self._give_up()  # half an answer waits in the pipe
            raise

    def _give_up(self) -> None:
        self._end()
        self._running = None

    def _process(self) -> _Process:
        if self._running is None or self._owner != os.getpid():
            self._running, self._owner = self._start(), os.getpid()
            self._end = weakref.finalize(self, _ended, self._running, self._owner)
        return self._running


def _ended(process: _Process, owner: int) -> None:
    if os.getpid() == owner:
        # Killed, since a fork of ours may hold the other end of its pipe.
        process.kill()
        with suppress(OSError), process:
            pass
