"""Requests that must be refused with nothing touched: a spoilt object, a user's own changes."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from tests.crash import forked, projects
from tests.crash.checks import judged, left_over
from tests.crash.jobs import Jobs
from tests.crash.outcome import git, outcome
from tests.crash.parts import ALL, Part
from tests.crash.places import Places, remove
from tests.crash.scans import scan
from tests.crash.scenarios import Scenario
from tests.project import Project

Spoil = Callable[[Path], None]


def _object(root: Path, content: str) -> Path:
    """The cached object whose bytes begin so."""
    objects = (root / ".dvc/cache/files/md5").glob("*/*")
    return next(o for o in objects if o.read_bytes().startswith(content.encode()))


def _flip(root: Path, content: str) -> None:
    spoilt = _object(root, content)
    data = spoilt.read_bytes()
    spoilt.unlink()
    spoilt.write_bytes(b"M" + data[1:])
    spoilt.chmod(0o444)


def flip(root: Path) -> None:
    """Another byte in the old model's object."""
    _flip(root, "model of 1.0")


def flip_beside(root: Path) -> None:
    """The same in what is no model, so that no tag says its digest."""
    _flip(root, "words of 1.0")


def flip_current(root: Path) -> None:
    """The same in the newest model's."""
    _flip(root, "model of 3.0")


def delete(root: Path) -> None:
    """The old model's object is gone."""
    os.unlink(_object(root, "model of 1.0"))


def meddle(root: Path) -> None:
    """A user has changed what is to be restored."""
    projects.meddle(Project(root))
    git(root, "update-index", "-q", "--refresh")


SPOILS: dict[str, tuple[Spoil, ...]] = {
    "rollback-lineage": (flip, flip_beside, delete, meddle),
    "tag": (flip_current,),
}


@dataclass
class Refusals:
    """Runs of a verb on a repository in which something is wrong."""

    places: Places
    jobs: Jobs
    scenario: Scenario
    part: Part = ALL

    def sweep(self) -> int:
        """One for each thing that can be wrong; how many these are."""
        spoils = SPOILS.get(self.scenario.name, ())
        for number, spoil in enumerate(spoils):
            if self.part.has(number):
                label = f"{self.scenario.name} --kinds refusal --at {number} ({spoil.__name__})"
                self.jobs.start(label, partial(self._run, spoil))
        return len(spoils)

    def _run(self, spoil: Spoil) -> list[str]:
        root = self.places.laid_out(self.scenario.begin, self.scenario.root)
        spoil(root)
        before = outcome(root)
        answer = forked.ran(self.scenario.again(root))
        now, asked = outcome(root), replace(self.scenario, old=before, new=before)
        broken = [] if answer.code else [f"I2 it is done all the same: {answer.out}"]
        broken += [*judged(now, (before,), asked), *left_over(root, scan(root))]
        remove(root)
        return broken
