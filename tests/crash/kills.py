"""Kills: the state before each change of one run is copied, recovered and checked."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.checks import check, seen_by_readers
from tests.crash.jobs import Jobs
from tests.crash.parts import ALL, Part
from tests.crash.places import Places, remove
from tests.crash.scans import Scan, digest, scan
from tests.crash.scenarios import Scenario
from tests.crash.tracer import GO, KILL, SKIP, Call, Tracer


@dataclass
class Kills:
    """One traced run. `states` are those that differ from all before, `calls` what was met."""

    places: Places
    jobs: Jobs
    scenario: Scenario
    part: Part = ALL
    calls: int = 0
    states: set[str] = field(default_factory=set)
    root: Path = Path()

    def sweep(self) -> int:
        """Run the verb, stopping everywhere; the number of stops, its end included."""
        self.root = self.places.laid_out(self.scenario.begin, self.scenario.root)
        run = Tracer(self.root, self._visit, self.jobs.reaped)
        run.run(self.scenario.quietly(self.root))
        self._look("at its end")
        remove(self.root)
        return self.calls + 1

    def _visit(self, call: Call) -> int:
        self._look(f"before {call}")
        self.calls += 1
        if self.jobs.enough:
            return KILL
        return SKIP if call.syscall.syncs else GO

    def _look(self, when: str) -> None:
        if not self.part.has(self.calls):
            return
        found = scan(self.root)
        key = digest(found)
        if key in self.states:
            return
        self.states.add(key)
        copy = self.places.laid_out(found, self.root)
        label = f"{self.scenario.name} --kinds kill --at {self.calls} ({when})"
        self.jobs.start(label, lambda: self._check(copy, found, key))

    def _check(self, copy: Path, found: Scan, key: str) -> list[str]:
        broken = seen_by_readers(found, self.scenario)
        broken += check(copy, self.scenario, thorough=int(key[:2], 16) % 8 == 0)
        remove(copy)
        return broken
