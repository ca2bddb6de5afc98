"""What git prints, read before anybody asks for it: two cores, where one only would wait."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from io import BufferedReader, RawIOBase
from queue import Queue
from threading import Thread
from typing import IO, Any

_CHUNK = 1 << 18
_MOST = 64  # chunks that wait for a reader: what a tag names may have many gigabytes


def ahead(printing: Callable[[], AbstractContextManager[IO[bytes]]]) -> IO[bytes]:
    """What `printing` gives, to be read once, from when this is called; raises what it raises."""
    return BufferedReader(_Ahead(printing), _CHUNK)


class _Ahead(RawIOBase):
    def __init__(self, printing: Callable[[], AbstractContextManager[IO[bytes]]]) -> None:
        self._chunks = Queue[bytes | Exception](_MOST)
        self._rest = memoryview(b"")
        self._is_over = False
        self._started = ExitStack()
        # Not in the thread: to start a process takes many steps, and before each it would wait
        # until whoever computes here lets go of the interpreter.
        try:
            printed = self._started.enter_context(printing())
        except Exception as error:  # noqa: BLE001 - as below
            self._chunks.put(error)
        else:
            Thread(target=self._drain, args=(printed,), daemon=True).start()

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        if not self._rest and not self._is_over:
            self._next()
        count = min(len(room), len(self._rest))
        room[:count], self._rest = self._rest[:count], self._rest[count:]
        return count

    def _next(self) -> None:
        chunk = self._chunks.get()
        self._is_over = not chunk or isinstance(chunk, Exception)
        if isinstance(chunk, Exception):
            raise chunk
        self._rest = memoryview(chunk)

    def _drain(self, printed: IO[bytes]) -> None:
        try:
            with self._started:
                # Not `read1`: git hands over 4 KiB at a time, and few of them may wait.
                while chunk := printed.read(_CHUNK):
                    self._chunks.put(chunk)
            self._chunks.put(b"")
        except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
            self._chunks.put(error)
