"""A process that opens each output anew, all the time, while verbs run at full speed."""

import os
import signal
import stat
import time
from dataclasses import dataclass
from pathlib import Path

from tests.crash import forked
from tests.crash.jobs import SEEN, Jobs
from tests.crash.outcome import Outcome
from tests.crash.parts import ALL, Part
from tests.crash.places import Places, remove
from tests.crash.projects import OUTPUTS
from tests.crash.scenarios import Scenario

_State = dict[str, bytes]


@dataclass
class Readers:
    """Runs that nobody stops, each beside a reader; what it sees is counted as states."""

    places: Places
    jobs: Jobs
    scenario: Scenario
    part: Part = ALL

    def sweep(self, times: int) -> int:
        """So many runs; the number of them."""
        for number in range(times):
            if self.part.has(number):
                self.jobs.start(f"{self.scenario.name} --kinds read --at {number}", self._run)
        return times

    def _run(self) -> list[str]:
        root = self.places.laid_out(self.scenario.begin, self.scenario.root)
        said = Path(os.environ["TMPDIR"], f"read-{root.name}")
        reader = forked.spawn(lambda: _read(root, self.scenario, said))
        while not said.exists():
            time.sleep(0.01)
        forked.ran(self.scenario.again(root))
        os.kill(reader, signal.SIGTERM)
        _, status = os.waitpid(reader, 0)
        looks, *broken = said.read_text().splitlines() or ["0", f"the reader ended with {status}"]
        SEEN.states += int(looks)
        said.unlink()
        remove(root)
        return broken


def _read(root: Path, scenario: Scenario, said: Path) -> int:
    """Look until the signal comes, and write down what was strange."""
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(1))
    reader = Reader(root, scenario)
    said.touch()
    while not ended:
        reader.look()
    said.write_text("\n".join([str(reader.looks), *reader.found()]))
    return 0


class Reader:
    """Opens each output anew, and remembers what was strange."""

    def __init__(self, root: Path, scenario: Scenario) -> None:
        self.root, self.looks = root, 0
        self._strange = set[str]()
        self._allowed = {path: _states(path, scenario) for path in OUTPUTS}

    def look(self) -> None:
        """At each output once."""
        for path, allowed in self._allowed.items():
            self.looks += 1
            try:
                now = _look(self.root / path)
            except FileNotFoundError:
                now = {}  # which is right where the old or the new state has no such output
            except OSError as error:
                self._strange.add(f"{path}: {error.strerror}")
                continue
            if now not in allowed:
                self._strange.add(f"{path} is neither old nor new: {sorted(now)}")

    def found(self) -> list[str]:
        """What was strange."""
        return [f"I3 a reader finds {one}" for one in sorted(self._strange)]


def _states(path: str, scenario: Scenario) -> tuple[_State, ...]:
    return tuple(_files(path, end) for end in (scenario.old, scenario.new))


def _files(path: str, end: Outcome) -> _State:
    names = (n for n, (mode, _) in end.files.items() if stat.S_ISREG(mode))
    inside = (n for n in names if n == path or n.startswith(path + "/"))
    return {name[len(path) + 1 :]: end.files[name][1] for name in inside}


def _look(path: Path) -> _State:
    """A file's bytes; a folder is opened once, and all that is in it is read through that."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            with os.fdopen(os.dup(descriptor), "rb") as file:
                return {"": file.read()}
        try:
            return _below(descriptor, "")
        except FileNotFoundError:
            return _moved_away(descriptor, path)
    finally:
        os.close(descriptor)


def _below(folder: int, prefix: str) -> _State:
    found: _State = {}
    for name in os.listdir(folder):
        inner = os.open(name, os.O_RDONLY, dir_fd=folder)
        try:
            if stat.S_ISDIR(os.fstat(inner).st_mode):
                found |= _below(inner, f"{prefix}{name}/")
            else:
                with os.fdopen(os.dup(inner), "rb") as file:
                    found[prefix + name] = file.read()
        finally:
            os.close(inner)
    return found


def _moved_away(descriptor: int, path: Path) -> _State:
    """The old folder may be cleared under who has it open; what is there now must be whole."""
    if os.path.samestat(os.fstat(descriptor), os.stat(path)):
        raise FileNotFoundError(2, "a file of it is gone")
    return _look(path)
