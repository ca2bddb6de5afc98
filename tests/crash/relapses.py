"""Kills of `recover` itself, in each of the states that a killed verb leaves."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.crash import forked
from tests.crash.checks import check, seen_by_readers
from tests.crash.jobs import SEEN, Jobs
from tests.crash.parts import ALL, Part
from tests.crash.places import Places, remove
from tests.crash.scans import Scan, digest, scan
from tests.crash.scenarios import Scenario
from tests.crash.tracer import GO, SKIP, Call, Tracer


@dataclass
class Relapses:
    """`states` are those that a kill of the verb leaves; of these a part is taken."""

    places: Places
    jobs: Jobs
    scenario: Scenario
    part: Part = ALL
    states: set[str] = field(default_factory=set)
    root: Path = Path()

    def sweep(self) -> int:
        """Run the verb, and at those states `recover`; how many these are."""
        self.root = self.places.laid_out(self.scenario.begin, self.scenario.root)
        run = Tracer(self.root, self._visit, self.jobs.reaped)
        run.run(self.scenario.quietly(self.root))
        remove(self.root)
        return len(self.states)

    def _visit(self, call: Call) -> int:
        found = scan(self.root)
        key = digest(found)
        at = len(self.states)
        if key not in self.states and self.part.has(at):
            copy = self.places.laid_out(found, self.root)
            label = f"{self.scenario.name} --kinds relapse --at {at} (before {call})"
            self.jobs.start(label, partial(self._recovered, copy, {*self.states, key}))
        self.states.add(key)
        return SKIP if call.syscall.syncs else GO

    def _recovered(self, copy: Path, seen: set[str]) -> list[str]:
        """Trace `recover` there, and recover a copy of each state that was not seen before."""
        broken: list[str] = []

        def visit(call: Call) -> int:
            found = scan(copy)
            if (key := digest(found)) not in seen:
                seen.add(key)
                SEEN.states += 1
                broken.extend(f"at {call}: {one}" for one in self._checked(found, copy))
            return SKIP if call.syscall.syncs else GO

        Tracer(copy, visit).run(forked.silent(forked.verb(copy, "recover")))
        remove(copy)
        return broken

    def _checked(self, found: Scan, was: Path) -> list[str]:
        again = self.places.laid_out(found, was)
        broken = [*seen_by_readers(found, self.scenario), *check(again, self.scenario)]
        remove(again)
        return broken
