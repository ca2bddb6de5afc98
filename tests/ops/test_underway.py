"""What verbs that wait for a remote leave where they are killed."""

from pathlib import Path

import pytest

from mlvc.errors import MlvcError
from mlvc.ops.project import Project as Found
from mlvc.ops.underway import under_way
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


def test_that_its_file_cannot_be_removed_does_not_hide_why_a_verb_fails(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, folder = Found.find(project.path), project.path / ".git/mlvc/under-way"

    def refused(path: Path, **_: object) -> None:
        raise OSError(30, "Read-only file system", str(path))

    def failing() -> None:
        with under_way(found):
            raise MlvcError("the cause")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refused)
        with pytest.raises(MlvcError, match="the cause"):
            failing()
    assert len(list(folder.iterdir())) == 1
    with under_way(found):
        assert len(list(folder.iterdir())) == 1  # its own alone
    assert list(folder.iterdir()) == []
