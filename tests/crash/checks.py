"""The invariants I1–I10, asked of a repository that an interrupted run left."""

import stat
from collections.abc import Iterator
from pathlib import Path

from tests.crash import forked
from tests.crash.outcome import GARBAGE, Outcome, git, outcome
from tests.crash.projects import OUTPUTS
from tests.crash.scans import SIGNATURES, Scan, digest, scan
from tests.crash.scenarios import Scenario
from tests.crash.shared import CACHES, undelivered, unlock

NOTHING = "Nothing to recover.\n"
# What is there while a verb is at work. SQLite's own journal beside the memo is no such thing.
_PASSING = (
    ".git/mlvc/journal.json",
    ".git/mlvc/index.next",
    ".git/worktrees",
    ".dvc/tmp/mlvc/staged/",
    ".dvc/tmp/mlvc/worktrees/",
)
_OBJECTS = tuple(f"{cache}/files/" for cache in CACHES)
_DISPOSABLE = ".dvc/tmp/mlvc/"


def seen_by_readers(found: Scan, scenario: Scenario) -> list[str]:
    """I3: each output, at any moment, is the old or the new one."""
    states = (_outputs({n: e.seen for n, e in found.items()}), *_allowed(scenario))
    now, old, new = states
    return [
        f"I3 a reader finds {path} neither old nor new: {sorted(now[path])}"
        for path in OUTPUTS
        if now[path] not in (old[path], new[path])
    ]


def _allowed(scenario: Scenario) -> Iterator[dict[str, dict[str, bytes]]]:
    for state in (scenario.old, scenario.new):
        yield _outputs(dict(state.files))


def _outputs(files: dict[str, tuple[int, bytes]]) -> dict[str, dict[str, bytes]]:
    """The files of each output by path; modes are not a reader's business."""
    return {
        output: {
            name: data
            for name, (mode, data) in files.items()
            if (name == output or name.startswith(output + "/")) and stat.S_ISREG(mode)
        }
        for output in OUTPUTS
    }


def check(
    root: Path, scenario: Scenario, *, ends: tuple[Outcome, ...] = (), thorough: bool = False
) -> list[str]:
    """Recover, and ask all else; `ends` are the outcomes allowed, if not the scenario's two."""
    broken = undelivered(root)
    first = forked.ran(forked.verb(root, "recover"))
    if first.code:
        return [*broken, f"I8 recover ends with {first.code}: {first.err.strip()}"]
    found = scan(root)
    now = outcome(root, found)
    broken += judged(now, ends or scenario.ends(now), scenario)
    broken += [*left_over(root, found), *lost(found, scenario), *_again(root, found)]
    if now.status == scenario.new.status:
        broken += forgotten(found, scenario)
    if thorough and not broken:
        broken += _settled(root, scenario)
    return broken


def judged(now: Outcome, ends: tuple[Outcome, ...], scenario: Scenario) -> list[str]:
    """Nothing where it is one of the allowed outcomes, else how it differs from the nearest."""
    differences = min((now.differences(end) for end in ends), key=len)
    return [f"{_invariant(d, now, scenario)} neither old nor new: {d}" for d in differences]


def _invariant(difference: str, now: Outcome, scenario: Scenario) -> str:
    what = difference.split(" is ", maxsplit=1)[0]
    if any(what == output or what.startswith(f"{output}/") for output in OUTPUTS):
        return "I2"
    if what == "commits" and len(now.commits) > len(scenario.new.commits):
        return "I10"
    if what.startswith("refs/tags"):
        return "I6"
    # A file that no end changes is the user's.
    same = scenario.old.files.get(what) == scenario.new.files.get(what)
    return "I7" if what in scenario.old.files and same else "I4"


def left_over(root: Path, found: Scan) -> list[str]:
    """I1: git is content, and no lock, journal or checkout is left."""
    said = git(root, "fsck", "--strict", "--no-dangling")
    broken = [f"I1 git fsck says {said}"] if said else []
    stale = [
        name
        for name in found
        if (name.startswith(".git/") and name.endswith(".lock")) or name.startswith(_PASSING)
    ]
    return broken + [f"I1 left over: {' '.join(stale[:4])}"] * bool(stale)


def lost(found: Scan, scenario: Scenario) -> list[str]:
    """I6: every object that something needs is still there."""
    return [
        f"I6 object {name} is lost or changed"
        for name, entry in scenario.begin.items()
        if name.startswith(_OBJECTS) and stat.S_ISREG(entry.mode)
        if not entry.data.startswith(GARBAGE)
        if name not in found or found[name].data != entry.data
    ]


def lasting(found: Scan) -> set[bytes]:
    """The contents of all files, but of those that mlvc may delete at any time."""
    return {entry.data for name, entry in found.items() if not name.startswith(_DISPOSABLE)}


def forgotten(found: Scan, scenario: Scenario) -> list[str]:
    """I7: what a new state has replaced of the user's is somewhere that mlvc does not clear."""
    kept = lasting(found)
    return [
        f"I7 the user's bytes are nowhere: {data!r}"
        for data in scenario.precious
        if data not in kept
    ]


def _again(root: Path, found: Scan) -> list[str]:
    """I8: there is nothing more to recover, and nothing changes."""
    second = forked.ran(forked.verb(root, "recover"))
    if second.code or second.out != NOTHING:
        return [f"I8 the second recover ends with {second.code}: {second.out}{second.err}"]
    now = scan(root)
    if digest(now) == digest(found):
        return []
    names = [n for n in {*now, *found} if n not in SIGNATURES and now.get(n) != found.get(n)]
    return [f"I8 the second recover changed {' '.join(sorted(names))}"]


def _settled(root: Path, scenario: Scenario) -> list[str]:
    """Run the request again: it converges to the new outcome, without a second commit."""
    broken = []
    forked.FAULTS.clear()  # this is a fork; what a planted fault left is asked of a sound mlvc
    if outcome(root) != scenario.new:
        unlock(root)
        answer = forked.ran(scenario.again(root))
        if answer.code:
            return [f"I8 the request cannot be run again: {answer.code} {answer.err.strip()}"]
    broken += [*judged(outcome(root), (scenario.new,), scenario), *undelivered(root)]
    status = forked.ran(forked.dvc(root, "status"))
    if status.out != scenario.status:
        broken.append(f"I4 dvc status says {status.out}{status.err}")
    return broken
