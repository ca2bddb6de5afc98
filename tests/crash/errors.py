"""Failing disks: one change of a traced run is refused by the kernel, or it and all after it."""

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.crash import forked
from tests.crash.checks import check
from tests.crash.jobs import Jobs
from tests.crash.parts import ALL, Part
from tests.crash.places import Places, remove
from tests.crash.readers import Reader
from tests.crash.scenarios import Scenario
from tests.crash.tracer import GO, SKIP, Call, Tracer

ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES)
# A full disk stays full, and one that was made read-only stays so, until mlvc has ended.
_LASTING = (errno.ENOSPC, errno.EROFS)
_FREEING = ("unlink", "unlinkat", "rmdir", "ftruncate", "truncate", "chmod", "fchmod")
# Of what, and what then?
_HOLLOW = {f"error: {os.strerror(code)}" for code in ERRORS}
_BUG, _CRASHES = 70, (98, 99)


@dataclass
class Errors:
    """Runs of a verb, each with an error at one of its calls."""

    places: Places
    jobs: Jobs
    scenario: Scenario
    part: Part = ALL

    def sweep(self, count: int) -> int:
        """With each of the errors at each of `count` calls; how many these are."""
        pairs = [(at, code) for at in range(count) for code in ERRORS]
        for number, (at, code) in enumerate(pairs):
            if not self.part.has(number):
                continue
            root = self.places.laid_out(self.scenario.begin, self.scenario.root)
            name = errno.errorcode[code]
            label = f"{self.scenario.name} --kinds error --at {number} ({name} at call {at})"
            self.jobs.start(label, _Run(self.scenario, root, at, code))
        return len(pairs)


@dataclass(frozen=True)
class _Run:
    scenario: Scenario
    root: Path
    at: int
    code: int

    def __call__(self) -> list[str]:
        out, err = self.places("out"), self.places("err")
        act = forked.speaking_into(out, err, self.scenario.again(self.root))
        reader = Reader(self.root, self.scenario)

        def visit(call: Call) -> int:
            reader.look()
            return self._answer(call)

        ended = Tracer(self.root, visit).run(act)
        said = err.read_text(errors="replace")
        out.unlink()
        err.unlink()
        broken = [*reader.found(), *self._honest(ended, said), *self._checked(ended)]
        remove(self.root)
        return broken

    def places(self, kind: str) -> Path:
        """Where its output goes."""
        return Path(os.environ["TMPDIR"], f"{kind}-{self.root.name}")

    def _answer(self, call: Call) -> int:
        lasting = self.code in _LASTING and call.index > self.at
        frees = self.code == errno.ENOSPC and call.syscall.name in _FREEING
        if call.index == self.at or (lasting and not frees):
            return self.code
        return SKIP if call.syscall.syncs else GO

    def _honest(self, ended: int, said: str) -> Iterable[str]:
        if ended == _BUG or ended < 0 or ended in _CRASHES or "Traceback" in said:
            yield f"I5 it ends with {ended}: {said.strip()[-300:]}"
        elif ended and not tells_why(said):
            yield f"I5 it ends with {ended} and does not say why: {said.strip()[-300:]}"

    def _checked(self, ended: int) -> list[str]:
        ends = () if ended else (self.scenario.new,)
        broken = check(self.root, self.scenario, ends=ends)
        return broken if ended else [f"I5 exit 0, but: {one}" for one in broken]


def tells_why(said: str) -> bool:
    """Whether some line has what failed, with the reason, and one what to do next."""
    lines = said.splitlines()
    why = [line for line in lines if line.startswith("error: ") and line not in _HOLLOW]
    return bool(why) and any(line.startswith("hint: ") for line in lines)
