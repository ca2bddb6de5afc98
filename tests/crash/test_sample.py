"""A sample of the sweep that `make crash` makes in full; which points it takes never changes."""

import os
import re
import sys
from pathlib import Path

import pytest

from tests.crash import permitted
from tests.crash.errors import tells_why
from tests.crash.planted import ALL
from tests.crash.planting import Fault, NoLongerApplies
from tests.project import run

ROOT = Path(__file__).parents[2]


def sweep(*args: str) -> str:
    """In a process of its own: it forks a lot, and this one is large and measured."""
    if reason := permitted.why_not():
        pytest.skip(f"the crash sweep cannot run here: {reason}")
    unmeasured = {**os.environ, "COVERAGE_PROCESS_CONFIG": ""}
    command = (sys.executable, "-m", "tests.crash", *args)
    done = run(*command, cwd=ROOT, check=False, env=unmeasured)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


SAMPLES = (
    ("tag-same", "9"),
    ("rollback-hardlink", "19"),
    ("demote", "19"),
    ("push-renumbered", "29"),
)


@pytest.mark.parametrize(("name", "every"), SAMPLES)
def test_a_verb_that_is_killed_ends_as_old_or_new(name: str, every: str) -> None:
    said = sweep("--only", name, "--kinds", "kill", "--every", every)
    (counts,) = re.findall(rf"{name} +kill +every {every}th of (\d+) +(\d+) +0 ", said)
    assert int(counts[0]) > int(counts[1]) > 3


def test_a_few_points_of_other_kinds() -> None:
    kinds = ["cut", "relapse", "error", "signal"]
    said = sweep("--only", "rollback-branch", "--kinds", ",".join(kinds), "--every", "131")
    assert re.findall(r"^rollback-branch +(\w+) +every 131st of", said, re.MULTILINE) == kinds


def test_a_few_planted_faults_are_caught() -> None:
    said = sweep("--fault", "tag-not-synced", "--fault", "objects-not-proven")
    assert "2 of 2 planted faults caught" in said


@pytest.mark.parametrize(
    ("said", "does"),
    [
        ("asking remote store\nerror: a/b: No space left on device\nhint: Make room.\n", True),
        ("asking remote store for 10 objects\n", False),
        ("error: No space left on device\nhint: Make room.\n", False),
        ("error: a/b: No space left on device\n", False),
    ],
)
def test_a_verb_that_fails_has_to_name_what_why_and_what_then(said: str, does: bool) -> None:
    assert tells_why(said) == does


def test_a_planted_fault_that_no_longer_applies_says_so() -> None:
    gone = Fault("gone", "kill", "tag", (("mlvc.registry.commits:gone", lambda real: real),))
    with pytest.raises(NoLongerApplies, match=r"planted fault gone no longer applies"):
        gone.plant()


def test_every_planted_fault_still_applies() -> None:
    assert len(ALL) >= 20
    for fault in ALL:
        fault.check()
