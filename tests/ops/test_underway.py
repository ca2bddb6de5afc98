"""What verbs that wait for a remote leave where they are killed."""

from pathlib import Path

from mlvc.workspace.lock import locked
from tests.project import Project


def left(project: Project) -> tuple[Path, Path]:
    """What a push that was killed leaves: the file that says so, and a lock of its git."""
    mark = project.write(".git/mlvc/under-way/1f", "7 mlvc push\n")
    return mark, project.write(".git/refs/mlvc/remotes/origin/tags/model@v0.1.0.lock", "")


def test_the_lock_of_a_git_that_was_killed_is_removed(project: Project) -> None:
    files = left(project)
    assert project.mlvc("recover").code == 0
    assert not any(file.exists() for file in files)


def test_the_lock_of_a_git_at_work_stays(project: Project) -> None:
    files = left(project)
    with locked(files[0]):
        assert project.mlvc("recover").code == 0
    assert all(file.exists() for file in files)
