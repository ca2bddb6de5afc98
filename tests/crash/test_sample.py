"""A sample of the sweep that `make crash` makes in full."""

import re
import sys
from pathlib import Path

import pytest

from tests.project import run

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("name", "every"), [("tag-same", "9"), ("rollback-hardlink", "19")])
def test_a_verb_that_is_killed_ends_as_old_or_new(name: str, every: str) -> None:
    command = (sys.executable, "-m", "tests.crash", "--only", name, "--every", every)
    swept = run(*command, cwd=ROOT)
    (counts,) = re.findall(rf"{name} +(\d+) +(\d+) +0 ", swept.stdout)
    assert int(counts[0]) > int(counts[1]) > 3
