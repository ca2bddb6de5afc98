"""Files at which Git was told not to look: what a user wrote there is not thrown away."""

import pytest

from mlvc.errors import Exit
from tests.project import Project

BITS = ("--skip-worktree", "--assume-unchanged")


@pytest.mark.parametrize("bit", BITS)
def test_a_change_that_git_does_not_tell_is_in_the_way(two_releases: Project, bit: str) -> None:
    two_releases.git("update-index", bit, "params.yaml")
    two_releases.write("params.yaml", two_releases.read("params.yaml") + "mine: precious\n")
    assert two_releases.git("status", "--porcelain") == ""
    done = two_releases.mlvc("rollback", "0.1.0", "--yes")
    assert done.code == Exit.DIRTY
    assert done.err.startswith("error: uncommitted changes are in the way: params.yaml\n")
    assert "precious" in two_releases.read("params.yaml")
    done = two_releases.mlvc("rollback", "0.1.0", "--yes", "--force")
    assert done.code == 0
    saved = two_releases.path / ".git/mlvc/saved"
    assert any("precious" in file.read_text() for file in saved.rglob("params.yaml"))
    assert two_releases.git("status", "--porcelain") == ""


@pytest.mark.parametrize("bit", BITS)
def test_where_nothing_was_changed_nothing_is_in_the_way(two_releases: Project, bit: str) -> None:
    two_releases.git("update-index", bit, "params.yaml", "dvc.lock")
    assert two_releases.mlvc("rollback", "0.1.0", "--yes").code == 0
    assert two_releases.git("status", "--porcelain") == ""
