"""Somebody else at work in the midst of a run: another mlvc, git, or the user with an editor."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.crash import forked
from tests.crash.checks import check, lasting, left_over
from tests.crash.jobs import Jobs
from tests.crash.outcome import git
from tests.crash.parts import ALL, Part
from tests.crash.places import Places, remove
from tests.crash.readers import Reader
from tests.crash.scans import scan
from tests.crash.scenarios import Scenario
from tests.crash.tracer import GO, SKIP, Call, Tracer

Ask = Callable[[Path, Scenario, int], list[str]]
Meet = Callable[[Path], Ask]
"""Does something in the repository, and gives what to ask of it after the run ended with a code."""
_LOCKED, _LATE = 11, b"written at the last moment\n"


def another_recover(root: Path) -> Ask:
    """`mlvc recover` beside a running verb waits its turn or says that it is locked."""
    said = forked.ran(forked.verb(root, "recover"))

    def ask(root: Path, scenario: Scenario, code: int) -> list[str]:
        broken = [] if said.code in (0, _LOCKED) else [f"I8 recover beside it: {said}"]
        if code:
            return [*broken, f"I4 it ends with {code} because of another mlvc"]
        return broken + check(root, scenario, ends=(scenario.new,))

    return ask


def a_git_add(root: Path) -> Ask:
    """What `git add` said it had done is not undone by a new index."""
    path = "data/mine.txt"
    added = forked.ran(lambda: 1 if "fatal" in git(root, "add", path) else 0).code == 0

    def ask(root: Path, scenario: Scenario, code: int) -> list[str]:
        forked.ran(forked.verb(root, "recover"))
        kept = git(root, "ls-files", path) == path
        return ["I7 what the user had staged is not staged any more"] * (added and not kept)

    return ask


def a_commit(root: Path) -> Ask:
    """A commit that somebody put on the branch is not lost."""
    tree = git(root, "rev-parse", "HEAD^{tree}")
    own = git(root, "commit-tree", "-p", "HEAD", "-m", "theirs", tree)
    moved = not git(root, "update-ref", "refs/heads/main", own)

    def ask(root: Path, scenario: Scenario, code: int) -> list[str]:
        forked.ran(forked.verb(root, "recover"))
        kept = own in git(root, "rev-list", "main").split()
        return ["I6 a commit of somebody else's is lost"] * (moved and not kept)

    return ask


def a_late_file(root: Path) -> Ask:
    """A file that a user writes into an output meanwhile is kept, wherever."""
    if not (root / "encoder").is_dir():
        return lambda *_: []
    (root / "encoder/late").write_bytes(_LATE)

    def ask(root: Path, scenario: Scenario, code: int) -> list[str]:
        forked.ran(forked.verb(root, "recover"))
        found = scan(root)
        kept = _LATE in lasting(found)
        return left_over(root, found) + ["I7 a file of the user's is lost"] * (not kept)

    return ask


MEETS: tuple[Meet, ...] = (another_recover, a_git_add, a_commit, a_late_file)


@dataclass
class Meetings:
    """Runs of a verb, each met at one of its calls."""

    places: Places
    jobs: Jobs
    scenario: Scenario
    part: Part = ALL

    def sweep(self, count: int) -> int:
        """Each of them at each of `count` calls; how many these are."""
        runs = [(at, meet) for at in range(count) for meet in MEETS]
        for number, (at, meet) in enumerate(runs):
            if self.part.has(number):
                name = f"{meet.__name__} at call {at}"
                label = f"{self.scenario.name} --kinds meeting --at {number} ({name})"
                self.jobs.start(label, partial(self._run, at, meet))
        return len(runs)

    def _run(self, at: int, meet: Meet) -> list[str]:
        root = self.places.laid_out(self.scenario.begin, self.scenario.root)
        asks: list[Ask] = []
        reader = Reader(root, self.scenario)

        def visit(call: Call) -> int:
            if not asks or meet is not a_late_file:
                reader.look()
            if call.index == at:
                asks.append(meet(root))
            return SKIP if call.syscall.syncs else GO

        code = Tracer(root, visit).run(self.scenario.quietly(root))
        broken = [*reader.found(), *(one for ask in asks for one in ask(root, self.scenario, code))]
        remove(root)
        return broken
