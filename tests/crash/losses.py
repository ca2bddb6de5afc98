"""Power cuts: what was not synced is lost, at every sync, and after the end."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.checks import check
from tests.crash.disk import Disk
from tests.crash.jobs import Jobs
from tests.crash.parts import ALL, Part
from tests.crash.places import Places, remove
from tests.crash.scans import Scan, digest, scan
from tests.crash.scenarios import Scenario
from tests.crash.tracer import GO, KILL, SKIP, Call, Tracer


@dataclass
class Losses:
    """One traced run. `states` are those that a power cut leaves and that differ."""

    places: Places
    jobs: Jobs
    scenario: Scenario
    part: Part = ALL
    disk: Disk = field(default_factory=Disk)
    states: set[str] = field(default_factory=set)
    root: Path = Path()

    def sweep(self) -> int:
        """Run the verb, cutting the power everywhere; the number of cuts, each of two kinds."""
        self.root = self.places.laid_out(self.scenario.begin, self.scenario.root)
        found = scan(self.root)
        self.disk.saw(found)
        self.disk.sync_all(found)
        tracer = Tracer(self.root, self._visit, self.jobs.reaped)
        code = tracer.run(self.scenario.quietly(self.root))
        found = scan(self.root)
        self.disk.saw(found)
        self._cut(found, tracer.count, "at its end", done=code == 0)
        remove(self.root)
        return 2 * (tracer.count + 1)

    def _visit(self, call: Call) -> int:
        if self.jobs.enough:
            return KILL
        found = scan(self.root)
        self.disk.saw(found)
        self._cut(found, call.index, f"before {call}")
        if call.syscall.name.startswith("rename"):
            self.disk.renamed(call.paths)
        elif call.syscall.name in ("sync", "syncfs"):
            self.disk.sync_all(found)
        elif call.syscall.syncs:
            self.disk.sync(found, "" if call.paths[0] == "." else call.paths[0])
        return SKIP if call.syscall.syncs else GO

    def _cut(self, found: Scan, at: int, when: str, *, done: bool = False) -> None:
        if not self.part.has(at):
            return
        label = f"{self.scenario.name} --kinds cut --at {at} ({when}, "
        self._start(self.disk.after_power_cut(), label + "all un-synced lost)", done=done)
        self._start(self.disk.with_names(found), label + "un-synced bytes lost)", done=done)

    def _start(self, left: Scan, label: str, *, done: bool) -> None:
        key = digest(left)
        if key in self.states and not done:
            return
        self.states.add(key)
        copy = self.places.laid_out(left, self.root)
        self.jobs.start(label, lambda: self._check(copy, done=done))

    def _check(self, copy: Path, *, done: bool) -> list[str]:
        ends = (self.scenario.new,) if done and self.scenario.lasts else ()
        broken = check(copy, self.scenario, ends=ends)
        remove(copy)
        return [f"I5 exit 0, but: {one}" for one in broken] if done else broken
