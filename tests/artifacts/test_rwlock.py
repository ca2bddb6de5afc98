import fcntl

from mlvc.artifacts import rwlock
from tests.project import Project


def test_a_list_that_a_kill_left_empty_is_removed(project: Project) -> None:
    path = project.write(".dvc/tmp/rwlock", "")
    rwlock.mend(project.path)
    assert not path.exists()
    assert "up to date" in project.dvc("status")


def test_a_whole_list_is_left_alone(project: Project) -> None:
    path = project.write(".dvc/tmp/rwlock", "{}")
    rwlock.mend(project.path)
    assert path.read_text() == "{}"


def test_a_list_that_another_dvc_is_writing_is_left_alone(project: Project) -> None:
    path = project.write(".dvc/tmp/rwlock", "")
    with (project.path / ".dvc/tmp/rwlock.lock").open("ab") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        rwlock.mend(project.path)
    assert path.exists()
