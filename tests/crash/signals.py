"""A verb that is asked to end (Ctrl-C, a scheduler) ends in order, wherever it is."""

import signal
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.crash.checks import check, left_over
from tests.crash.jobs import Jobs
from tests.crash.outcome import outcome
from tests.crash.parts import ALL, Part
from tests.crash.places import Places, remove
from tests.crash.readers import Reader
from tests.crash.scans import scan
from tests.crash.scenarios import RECOVER, Scenario
from tests.crash.tracer import GO, SKIP, Call, Tracer

NUMBERS = (signal.SIGTERM, signal.SIGINT)


@dataclass
class Signals:
    """Runs of a verb that is asked to end at one of its calls, by each signal in turn."""

    places: Places
    jobs: Jobs
    scenario: Scenario
    part: Part = ALL

    def sweep(self, count: int) -> int:
        """Each of them at each of `count` calls; how many these are."""
        runs = [(at, number) for at in range(count) for number in NUMBERS]
        for point, (at, number) in enumerate(runs):
            if self.part.has(point):
                name = f"{number.name} at call {at}"
                label = f"{self.scenario.name} --kinds signal --at {point} ({name})"
                self.jobs.start(label, partial(self._run, at, number))
        return len(runs)

    def _run(self, at: int, number: int) -> list[str]:
        root = self.places.laid_out(self.scenario.begin, self.scenario.root)

        reader = Reader(root, self.scenario)

        def visit(call: Call) -> int:
            reader.look()
            if call.index == at:
                call.interrupt(number)
            return SKIP if call.syscall.syncs else GO

        code = Tracer(root, visit).run(self.scenario.quietly(root))
        broken = [*reader.found(), *self._judged(root, code, number)]
        remove(root)
        return broken

    def _judged(self, root: Path, code: int, number: int) -> list[str]:
        """Asked to end it ends in order: nothing is left for `recover`, unless that was asked."""
        if code not in (0, 1, 128 + number):
            return [f"I5 asked to end, it ends with {code}"]
        if code and self.scenario.args == RECOVER:
            return check(root, self.scenario)
        found = scan(root)
        now = outcome(root, found)
        ends = (self.scenario.new,) if code == 0 else self.scenario.ends(now)
        broken = left_over(root, found)
        if not any(now == end for end in ends):
            broken.append("I4 after a signal it is neither old nor new")
        return broken
