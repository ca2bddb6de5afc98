"""HEAD is broken: a merge left its marks, and someone committed them."""

import pytest

from tests.ops.rollback.rows import assert_settled, assert_sound
from tests.project import Project


def broken(project: Project, path: str) -> None:
    project.write(path, project.read(path) + "<<<<<<< HEAD\n")
    project.commit("Oops")


@pytest.mark.parametrize("path", ["dvc.yaml", "params.yaml"])
def test_everything_can_be_taken_back(two_releases: Project, path: str) -> None:
    broken(two_releases, path)
    assert two_releases.mlvc("rollback", "0.1.0", "--scope", "tree", "--dry-run").code == 0
    done = two_releases.mlvc("rollback", "0.1.0", "--scope", "tree", "--yes")
    assert done.code == 0, done
    assert "weight: 1.0" in two_releases.read("params.yaml")
    assert "<<<" not in two_releases.read(path)
    assert_sound(two_releases)
    assert_settled(two_releases)


def test_of_a_broken_lock_nothing_tells_whose_the_model_is(two_releases: Project) -> None:
    broken(two_releases, "dvc.lock")
    before = two_releases.read("model.bin")
    args = ("rollback", "0.1.0", "--scope", "tree", "--yes")
    done = two_releases.mlvc(*args)
    assert done.code == 12 and "in the way: " in done.err and "model.bin" in done.err
    assert two_releases.mlvc(*args, "--force").code == 0
    (saved,) = (two_releases.path / ".git/mlvc/saved").rglob("model.bin")
    assert saved.read_text() == before != two_releases.read("model.bin")
    assert_sound(two_releases)
    assert_settled(two_releases)


@pytest.mark.parametrize("scope", ["lineage", "artifact"])
def test_other_scopes_say_how_it_can_be_taken_back(two_releases: Project, scope: str) -> None:
    broken(two_releases, "dvc.yaml")
    done = two_releases.mlvc("rollback", "0.1.0", "--scope", scope)
    assert done.code == 1
    error, hint = done.err.splitlines()[:2]
    assert error.startswith("error: the pipeline of ") and "dvc.yaml" in error
    assert "mlvc-tree" not in error
    assert "`--scope tree`" in hint
