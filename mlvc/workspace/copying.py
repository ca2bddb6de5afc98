"""Copies whose bytes are hashed as they pass: read once, and what was hashed is what was written.

Hashes and writes take turns with nobody: each has a thread, and the kernel is told to begin
writing to the disk at once, so that a sync at the end finds little left to do.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from mlvc.workspace import libc
from mlvc.workspace.hashing import Hash
from mlvc.workspace.linking import clone, fill, is_unsupported

_BLOCK = 1 << 20
_BUFFERS = 4
_FLUSH = 8 << 20


def copy_hashing(source: str, destination: str, digests: Sequence[Hash]) -> None:
    """Copy a file to a new one, and update `digests` with its bytes. OSError, and no copy then.

    Where the filesystem clones, it does, and what the clone shares is read.
    """
    fill(Path(source), Path(destination), partial(_pass, digests))


def _pass(digests: Sequence[Hash], reader: int, writer: int) -> None:
    sink: _Sink | None = _Sink(writer)
    try:
        clone(reader, writer)
        sink = None
    except OSError as error:
        if not is_unsupported(error):
            raise
    takers = [digest.update for digest in digests] + ([sink.write] if sink else [])
    with ExitStack() as stack:
        pools = [stack.enter_context(ThreadPoolExecutor(1)) for _ in takers]
        waiting: list[Sequence[Future[None]]] = [()] * _BUFFERS
        for slot, block in _blocks(reader, waiting):
            waiting[slot] = [
                pool.submit(take, block) for pool, take in zip(pools, takers, strict=True)
            ]
        for pending in waiting:
            _settle(pending)


def _blocks(
    reader: int, waiting: Sequence[Sequence[Future[None]]]
) -> Iterator[tuple[int, memoryview]]:
    """The blocks of a file, in buffers that are used again when nobody needs them any more."""
    buffers = [memoryview(bytearray(_BLOCK)) for _ in waiting]
    number = 0
    while True:
        slot = number % len(buffers)
        _settle(waiting[slot])
        count = os.readv(reader, [buffers[slot]])
        if not count:
            return
        yield slot, buffers[slot][:count]
        number += 1


def _settle(pending: Sequence[Future[None]]) -> None:
    wait(pending)
    for future in pending:
        future.result()  # raises what it raised


class _Sink:
    """Writes to a descriptor, and has what was written sent to the disk early."""

    def __init__(self, writer: int) -> None:
        self._writer, self._written, self._sent = writer, 0, 0

    def write(self, block: memoryview) -> None:
        while block:
            count = os.write(self._writer, block)
            block = block[count:]
            self._written += count
        if self._written - self._sent >= _FLUSH:
            libc.start_writing(self._writer, self._sent, self._written - self._sent)
            self._sent = self._written
