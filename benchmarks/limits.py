"""What cannot be beaten: bare copies, links, one rename, one stat of each file, one hash."""

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.building import NEW, OLD
from benchmarks.ground import Ground
from benchmarks.measuring import Stint
from benchmarks.processes import Sample

COPY, LINK, RENAME = "cp -r, sync -f", "cp -rl", "one rename"
LOOK, LOOP = "stat of each file", "plain loop"
HASHES = ("md5sum", "sha256sum")
_HERE = Path(__file__).parent


@dataclass
class Limits:
    """The limits on one ground. The loop has a tree of its own, which is at version `at`."""

    ground: Ground
    at: str | None = None

    def measure(self, stint: Stint) -> None:
        """Every limit once, the loop in both directions.

        What is linked here changes the ctime of cache objects: measured last in a round.
        """
        model = self.ground.repository.model
        copy, moved = (self.ground.scratch / name for name in ("copy", "moved"))
        self._time(stint, COPY, ["sh", "-c", 'cp -r "$1" "$2" && sync -f "$2"', "sh", model, copy])
        _remove(copy)
        self._time(stint, LINK, ["cp", "-rl", model, copy])
        self._time(stint, RENAME, ["mv", "-T", copy, moved])
        _remove(moved)
        self._time(stint, LOOK, [sys.executable, _HERE / "looking.py", model])
        for name in HASHES if self.ground.repository.dataset.is_file else ():
            self._time(stint, name, [name, model])
        if self.at is None:
            self._loop()
        for _ in range(2):
            stint.time(LOOP, "", self._loop)

    def _time(self, stint: Stint, name: str, command: Sequence[str | Path]) -> None:
        stint.time(name, "", lambda: self.ground.run(command))

    def _loop(self) -> Sample:
        repository, tree = self.ground.repository, self.ground.scratch / "loop"
        version = OLD if self.at == NEW else NEW
        old = repository.object(self.at) if self.at else "-"
        cache = repository.path / ".dvc" / "cache" / "files" / "md5"
        loop: list[str | Path] = [
            sys.executable,
            _HERE / "loop.py",
            cache,
            old,
            repository.object(version),
        ]
        # A copy that may be lost is no copy; links cost a sync next to nothing.
        sync = 'last="$1"; shift; "$@" && sync -f "$last"'
        sample = self.ground.run(["sh", "-c", sync, "sh", tree, *loop, tree, repository.cache])
        self.at = version
        return sample


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
