"""The kinds of fault, how densely each is swept by default, and what was counted."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.crash.errors import Errors
from tests.crash.jobs import Jobs
from tests.crash.kills import Kills
from tests.crash.losses import Losses
from tests.crash.meetings import Meetings
from tests.crash.parts import ALL, Part
from tests.crash.places import Places, remove
from tests.crash.races import Races
from tests.crash.readers import Readers
from tests.crash.refusals import Refusals
from tests.crash.relapses import Relapses
from tests.crash.scenarios import Scenario
from tests.crash.signals import Signals
from tests.crash.tracer import GO, SKIP, Call, Tracer

LONG = ("eval", "push", "push-renumbered")
DEEP = "rollback-lineage"
"""The scenario that others vary: each kind is swept most densely here."""
_READS, _ROUNDS = 20, 30
Sweep = Callable[[Places, Jobs, Scenario, Part], int]
"""Does a part of a kind on a scenario; returns how many points the whole has."""


@dataclass(frozen=True)
class Kind:
    """`every` so many points of a scenario are taken, of `DEEP` and of `LONG` ones others.

    A run of `eval` is long, for it runs a pipeline, and one of `push`, for two programs talk. 0 is
    none. Without `remotes` it is none of a push: what becomes of them then is not up to mlvc.
    """

    about: str
    sweep: Sweep
    every: int = 1
    deep: int = 1
    long: int = 1
    remotes: bool = True

    def stride(self, name: str) -> int:
        """The default for a scenario; 0 where the kind says nothing about it."""
        if name == DEEP:
            return self.deep
        if name.startswith("push") and not self.remotes:
            return 0
        return self.long if name in LONG else self.every


KINDS = {
    "kill": Kind("killed before a call", lambda *words: Kills(*words).sweep()),
    "cut": Kind(
        "power cut, un-synced writes lost",
        lambda *words: Losses(*words).sweep(),
        remotes=False,
    ),
    "relapse": Kind(
        "recover itself killed", lambda *words: Relapses(*words).sweep(), every=11, deep=2, long=60
    ),
    "error": Kind(
        "ENOSPC, EIO, EROFS or EACCES at a call",
        lambda *words: Errors(*words).sweep(_calls(*words)),
        every=5,
        long=61,
    ),
    "signal": Kind(
        "asked to end",
        lambda *words: Signals(*words).sweep(_calls(*words)),
        every=9,
        deep=3,
        long=61,
    ),
    "meeting": Kind(
        "git, an editor or another mlvc in its midst",
        lambda *words: Meetings(*words).sweep(_calls(*words)),
        every=13,
        deep=3,
        long=121,
    ),
    "refusal": Kind(
        "a spoilt object, a user's changes", lambda *words: Refusals(*words).sweep(), long=0
    ),
    "read": Kind(
        "a reader beside it", lambda *words: Readers(*words).sweep(_READS), every=4, long=10
    ),
    "race": Kind(
        "4 to 8 verbs at once", lambda *words: Races(*words).sweep(_ROUNDS), every=0, long=0
    ),
}


def _calls(places: Places, jobs: Jobs, scenario: Scenario, _part: Part) -> int:
    """How many calls an undisturbed run makes."""

    def visit(call: Call) -> int:
        return SKIP if call.syscall.syncs else GO

    root = places.laid_out(scenario.begin, scenario.root)
    run = Tracer(root, visit, jobs.reaped)
    run.run(scenario.quietly(root))
    remove(root)
    return run.count


@dataclass
class Row:
    """What was done of one kind on one scenario, and what was found."""

    scenario: str
    kind: str
    points: int = 0
    part: Part = ALL
    states: int = 0
    seconds: float = 0.0
    broken: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        points = f"{_density(self.part)} {self.points}"
        counts = f"{points:>20}{self.states:>9}{len(self.broken):>8}{self.seconds:>9.1f}"
        return f"{self.scenario:<20}{self.kind:<10}{counts}"


HEAD = f"{'verb':<20}{'kind':<10}{'points':>20}{'states':>9}{'broken':>8}{'seconds':>9}"


def _density(part: Part) -> str:
    if part.only is not None:
        return f"number {part.only} of"
    return "all" if part.every == 1 else f"every {_ordinal(part.every)} of"


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 < number % 100 < 20 else ending}"


def sweep(places: Places, scenario: Scenario, kind: str, part: Part, limit: int) -> Row:
    """A part of one kind on one scenario."""
    began, jobs = time.monotonic(), Jobs(limit)
    row = Row(scenario.name, kind, part=part)
    row.points = KINDS[kind].sweep(places, jobs, scenario, part)
    row.broken = jobs.finish()
    row.states, row.seconds = jobs.states, time.monotonic() - began
    return row
