"""Kills: the state before each change is copied, and the copy is recovered and checked."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.checks import check, seen_by_readers
from tests.crash.jobs import Jobs
from tests.crash.places import Places, remove
from tests.crash.scans import Scan, digest, scan
from tests.crash.scenarios import Scenario
from tests.crash.tracer import GO, SKIP, Call, Tracer


@dataclass
class Kills:
    """One traced run. `calls` are all that were met, `states` those that differ from all before.

    `only` looks before that call alone, `every` before each nth.
    """

    places: Places
    jobs: Jobs
    scenario: Scenario
    only: int | None = None
    every: int = 1
    calls: list[Call] = field(default_factory=list)
    states: dict[str, int] = field(default_factory=dict)
    root: Path = Path()

    def sweep(self) -> int:
        """Run the verb, stopping everywhere; its exit code."""
        self.root = self.places.laid_out(self.scenario.begin, self.scenario.root)
        code = Tracer(self.root, self._visit, self.jobs.reaped).run(self.scenario.again(self.root))
        self._look("at its end")
        remove(self.root)
        return code

    def _visit(self, call: Call) -> int:
        self.calls.append(call)
        self._look(f"before {call}")
        return SKIP if call.syscall.syncs else GO

    def _look(self, when: str) -> None:
        at = len(self.calls) - 1
        if self.only not in (None, at) or at % self.every:
            return
        found = scan(self.root)
        key = digest(found)
        if key in self.states:
            return
        self.states[key] = at
        copy = self.places.laid_out(found, self.root)
        label = f"{self.scenario.name} --at {at} ({when})"
        self.jobs.start(label, lambda: self._check(copy, found, key))

    def _check(self, copy: Path, found: Scan, key: str) -> list[str]:
        broken = seen_by_readers(found, self.scenario)
        broken += check(copy, self.scenario, thorough=int(key[:2], 16) % 8 == 0)
        remove(copy)
        return broken
