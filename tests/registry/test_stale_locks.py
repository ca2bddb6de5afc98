import time

import pytest

from mlvc.registry import stale_locks
from tests.project import Project


def test_locks_of_a_killed_git_on_refs_are_removed(project: Project) -> None:
    git = project.path / ".git"
    names = ("HEAD.lock", "packed-refs.lock", "refs/heads/main.lock")
    for name in names:
        (git / name).touch()
    stale_locks.remove(git, git)
    assert [name for name in names if (git / name).exists()] == []


def test_the_lock_of_the_index_is_left_alone(project: Project) -> None:
    git = project.path / ".git"
    (git / "index.lock").touch()
    stale_locks.remove(git, git)
    assert (git / "index.lock").exists()


def test_a_lock_that_is_taken_anew_meanwhile_is_anothers(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = project.path / ".git"
    lock = git / "refs/heads/main.lock"
    lock.touch()

    def another(_seconds: float) -> None:
        (git / "new").write_text("another's")
        (git / "new").replace(lock)

    monkeypatch.setattr(time, "sleep", another)
    stale_locks.remove(git, git)
    assert lock.read_text() == "another's"
