"""A repository that the contestants switch to and fro, and the state it is in before they do."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.building import VERSIONS, Repository
from benchmarks.processes import BIN, Sample, measure

_JOURNAL = "journal.json"
_CHECKOUT = 'git checkout --quiet "$1" -- . && exec "$2" checkout --quiet'


@dataclass
class Ground:
    """`side` is the version that the workspace holds now, `scratch` a folder beside it."""

    repository: Repository
    scratch: Path
    side: str = field(init=False)
    _aside: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.side = self.repository.version()

    @property
    def other(self) -> str:
        """The version to switch to: the next, in turn."""
        versions = VERSIONS[: self.repository.dataset.versions]
        return versions[(versions.index(self.side) + 1) % len(versions)]

    def mlvc(self, *options: str) -> Sample:
        """`mlvc rollback` to the other version."""
        sample = self.run([BIN / "mlvc", "rollback", self.other, "--yes", *options])
        self.side = self.other
        return sample

    def dvc(self) -> Sample:
        """`git checkout TAG -- . && dvc checkout` of the other version.

        The commit that a rollback makes as well is made after the clock has stopped.
        """
        tag = f"model@v{self.other}"
        sample = self.run(["sh", "-c", _CHECKOUT, "sh", tag, BIN / "dvc"])
        self.repository.git("commit", "--quiet", "--all", "--message", f"By hand to {tag}")
        self.side = self.other
        return sample

    def run(self, command: Sequence[str | Path]) -> Sample:
        """Measure a command in the repository, once what others wrote is on the disk."""
        os.sync()
        return measure(command, self.repository.path, self.repository.env)

    def forget(self) -> None:
        """Delete what mlvc and DVC know of files and could find out again."""
        private = self.repository.path / ".git" / "mlvc"
        if (private / _JOURNAL).exists():
            raise AssertionError(f"{private} holds the journal of an unfinished rollback")
        folders = [private, self.repository.path / ".dvc" / "tmp" / "mlvc"]
        for folder in (*folders, self.repository.site, self.scratch / "aside"):
            shutil.rmtree(folder, ignore_errors=True)

    def unprepare(self) -> bool:
        """Take away what mlvc has ready; whether there was anything.

        It is moved, not removed: an unlink changes the ctime of the cache objects it shares its
        inodes with, and what mlvc remembers of them would be void.
        """
        found = self.has_ready()
        if found:
            self._aside += 1
            target = self.scratch / "aside" / f"{self._aside}"
            target.parent.mkdir(parents=True, exist_ok=True)
            self._kept.rename(target)
            _forget_pages(target)
        return found

    def has_ready(self) -> bool:
        """Whether mlvc keeps a tree for the next rollback."""
        return any(self._kept.glob("*/*"))

    @property
    def _kept(self) -> Path:
        return self.repository.path / ".dvc" / "tmp" / "mlvc" / "kept"


def _forget_pages(tree: Path) -> None:
    """Let the memory go that copies take which nobody reads again, as it is when they are removed.

    In a virtual machine, to fill memory that was never used takes five times as long.
    """
    os.sync()  # only what is written can go
    for file in tree.rglob("*"):
        if file.is_file() and file.stat().st_nlink == 1:
            descriptor = os.open(file, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)
