"""Processes that do verbs at random, all at once: the outcome is that of some serial order."""

import os
import random
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.crash import forked
from tests.crash.checks import left_over
from tests.crash.jobs import Jobs
from tests.crash.outcome import git, outcome
from tests.crash.parts import ALL, Part
from tests.crash.places import Places, remove
from tests.crash.scans import scan
from tests.crash.scenarios import Scenario
from tests.project import Answer

VERBS: tuple[tuple[str, ...], ...] = (
    ("rollback", "model@v0.1.0"),
    ("rollback", "model@v0.2.0"),
    ("rollback", "model@v0.1.0", "--scope", "artifact"),
    ("tag", "model@0.3.0", "--allow-same"),
    ("tag", "model@0.4.0", "--allow-same"),
    ("recover",),
    ("eval", "model@v0.1.0"),
    ("list",),
)
# Refused: by the gate of numbers, for HEAD moved …; locked; dirty, for another was in its midst.
_LOSSES = (1, 11, 12)
Run = tuple[tuple[str, ...], Answer]


@dataclass
class Races:
    """Rounds of a few processes on one repository; `seed` decides who does what."""

    places: Places
    jobs: Jobs
    scenario: Scenario
    part: Part = ALL
    seed: int = 1

    def sweep(self, rounds: int) -> int:
        """The number of rounds."""
        for number in range(rounds):
            if not self.part.has(number):
                continue
            chance = random.Random(f"{self.seed} {number}")
            verbs = [chance.choice(VERBS) for _ in range(chance.randint(4, 8))]
            delays = [chance.random() * 0.6 for _ in verbs]
            label = f"{self.scenario.name} --kinds race --at {number} (of {len(verbs)})"
            self.jobs.start(label, partial(self._round, verbs, delays))
        return rounds

    def _round(self, verbs: list[tuple[str, ...]], delays: list[float]) -> list[str]:
        root = self.places.laid_out(self.scenario.begin, self.scenario.root)
        runs = list(zip(verbs, _at_once(root, verbs, delays), strict=True))
        broken = [one for run in runs for one in _plain(*run)]
        after = forked.ran(forked.verb(root, "recover"))
        if after.out != "Nothing to recover.\n":
            broken.append(f"I8 after all have ended: {after}")
        broken += [*left_over(root, scan(root)), *self._serial(root, runs)]
        remove(root)
        return broken

    def _serial(self, root: Path, runs: list[Run]) -> list[str]:
        """Replay the winners one after the other, in the order that history tells."""
        copy = self.places.laid_out(self.scenario.begin, self.scenario.root)
        for verb in _order(root, runs):
            answer = forked.ran(forked.verb(copy, *verb))
            if answer.code:
                return [f"I4 no serial order: {verb} is refused: {answer.err.strip()}"]
        found, expected = outcome(root), outcome(copy)
        remove(copy)
        return [f"I4 no serial order gives this: {one}" for one in found.differences(expected)]


def _at_once(root: Path, verbs: list[tuple[str, ...]], delays: list[float]) -> list[Answer]:
    scratch = Path(os.environ["TMPDIR"])
    files, pids = [], []
    for at, (verb, delay) in enumerate(zip(verbs, delays, strict=True)):
        out, err = (scratch / f"{kind}-{root.name}-{at}" for kind in ("out", "err"))
        act = forked.unsynced(partial(_late, delay, forked.verb(root, *verb)))
        pids.append(forked.spawn(forked.speaking_into(out, err, act)))
        files.append((out, err))
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    said = [tuple(file.read_text() for file in pair) for pair in files]
    for file in (file for pair in files for file in pair):
        file.unlink()
    return [Answer(code, *pair) for code, pair in zip(codes, said, strict=True)]


def _late(delay: float, act: forked.Act) -> int:
    time.sleep(delay)
    return act()


def _plain(verb: tuple[str, ...], answer: Answer) -> list[str]:
    """Who loses says why, in one line and a hint."""
    if answer.code == 0:
        return []
    lines = [line for line in answer.err.splitlines() if line.startswith("error: ")]
    if answer.code not in _LOSSES or len(lines) != 1:
        return [f"I4 {' '.join(verb)} ends with {answer.code}: {answer.out}{answer.err}"]
    return []


def _order(root: Path, runs: list[Run]) -> list[tuple[str, ...]]:
    """The winners: tags and rollbacks as their commits come, then evaluations."""
    said: dict[str, list[tuple[str, ...]]] = {}
    for verb, answer in runs:
        if answer.code == 0 and verb[0] in ("tag", "rollback"):
            said.setdefault(_commit(answer.out), []).append(verb)
    chain = git(root, "rev-list", "--reverse", "HEAD").split()
    order = [verb for commit in chain for verb in said.get(commit[:10], [])]
    return order + [verb for verb, answer in runs if answer.code == 0 and verb[0] == "eval"][:1]


def _commit(out: str) -> str:
    """The commit that a run says it made."""
    words = out.split("\n", 1)[0].replace("]", " ").split()
    found = [word for word in words if len(word) == 10 and set(word) <= set("0123456789abcdef")]
    return found[-1] if found else ""
