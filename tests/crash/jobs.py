"""Checks in forks of this process, as many at once as there are processors."""

import os
import pickle
import signal
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash import forked

_LONGEST = 600  # seconds
_FAILED = f"I5 it does not end in {_LONGEST} seconds; or the check itself failed"
Work = Callable[[], list[str]]


@dataclass
class Seen:
    """How many states a check has looked at, where it is not one; counted in its own process."""

    states: int = 0


SEEN = Seen()


@dataclass
class Jobs:
    """`broken` has what they found, each after its label; with `quick` one finding is enough."""

    limit: int = 2
    quick: bool = False
    broken: list[str] = field(default_factory=list)
    states: int = 0
    _running: dict[int, tuple[str, Path]] = field(default_factory=dict)

    @property
    def enough(self) -> bool:
        """Whether no more is to be looked for."""
        return self.quick and bool(self.broken)

    def start(self, label: str, work: Work) -> None:
        """Begin a check as soon as there is a processor for it."""
        if self.enough:
            return
        while len(self._running) >= self.limit:
            self._wait_for_one()
        descriptor, name = tempfile.mkstemp(prefix="job-")
        os.close(descriptor)
        self._running[forked.spawn(lambda: _write(Path(name), work))] = (label, Path(name))

    def reaped(self, pid: int, _status: int) -> None:
        """Take the result of one that someone else has waited for."""
        if pid in self._running:
            label, file = self._running.pop(pid)
            data = file.read_bytes()
            found, states = pickle.loads(data) if data else ([_FAILED], 0)
            self.states += states
            self.broken += [f"{label}: {one}" for one in found]
            file.unlink()

    def finish(self) -> list[str]:
        """Wait for all, and hand out what they found."""
        while self._running:
            self._wait_for_one()
        found, self.broken = self.broken, []
        return found

    def _wait_for_one(self) -> None:
        pid = next(iter(self._running))
        self.reaped(*os.waitpid(pid, 0))


def _write(file: Path, work: Work) -> int:
    signal.alarm(_LONGEST)  # it ends this process, and with it all that it traces
    file.write_bytes(pickle.dumps((work(), SEEN.states or 1)))
    return 0
