"""The workspace has the only copy of what HEAD records: DVC would refuse to overwrite it."""

import shutil
from pathlib import Path

import pytest

from mlvc.errors import Exit
from tests.ops.preparing.conftest import built_kinds, copying, linking  # noqa: F401 - fixtures
from tests.ops.rollback.rows import assert_sound
from tests.project import Project


def lose(project: Project, text: str) -> None:
    """Take the object with that text out of the cache."""
    objects = [file for file in (project.path / ".dvc/cache").rglob("*") if file.is_file()]
    found = [file for file in objects if file.read_text() == text]
    assert len(found) == 1
    found[0].unlink()


@pytest.mark.parametrize("kind", ["linking", "copying"])
def test_the_only_copy_is_not_overwritten(kind: str, request: pytest.FixtureRequest) -> None:
    project: Project = request.getfixturevalue(kind)
    assert project.mlvc("rollback", "2.0.0", "--yes").code == 0
    assert project.mlvc("rollback", "3.0.0", "--yes").code == 0
    lose(project, "three\n")
    head = project.git("rev-parse", "HEAD")
    for args in ((), ("--dry-run",)):
        done = project.mlvc("rollback", "2.0.0", "--yes", *args)
        assert done.code == Exit.DIRTY
        assert done.err.startswith("error: the workspace has the only copy: model, table\n")
        assert "`dvc commit`" in done.err
    assert project.git("rev-parse", "HEAD") == head
    assert project.read("model/a") == project.read("table") == "three\n"


def test_after_dvc_has_it_again_it_goes_back(linking: Project) -> None:  # noqa: F811
    lose(linking, "three\n")
    linking.dvc("commit", "--quiet", "--force")
    assert linking.git("status", "--porcelain") == ""
    assert linking.mlvc("rollback", "2.0.0", "--yes").code == 0
    assert linking.mlvc("rollback", "3.0.0", "--yes").code == 0
    assert linking.read("model/a") == "three\n"
    assert_sound(linking)


def test_by_force_it_is_saved(copying: Project) -> None:  # noqa: F811
    lose(copying, "three\n")
    done = copying.mlvc("rollback", "2.0.0", "--yes", "--force")
    assert done.code == 0
    saved = {path: path.read_text() for path in (copying.path / ".git/mlvc/saved").rglob("*")
             if path.is_file()}  # fmt: skip
    assert sorted(saved.values()) == ["same\n", "three\n", "three\n"]
    assert all(
        str(Path(path).parent) in done.out + done.err for path in saved if path.name == "table"
    )


def test_what_the_remote_has_is_no_only_copy(linking: Project, tmp_path: Path) -> None:  # noqa: F811
    linking.dvc("remote", "add", "--local", "--default", "store", str(tmp_path / "store"))
    linking.dvc("push", "--quiet")
    lose(linking, "three\n")
    assert linking.mlvc("rollback", "2.0.0", "--yes").code == 0
    assert linking.mlvc("rollback", "3.0.0", "--yes").code == 0  # fetched
    assert linking.read("model/a") == linking.read("table") == "three\n"
    assert_sound(linking)
    lose(linking, "three\n")
    shutil.rmtree(tmp_path / "store")
    assert linking.mlvc("rollback", "2.0.0", "--yes").code == Exit.DIRTY


def test_an_object_that_went_since_is_missed(linking: Project) -> None:  # noqa: F811
    for version in ("2.0.0", "3.0.0", "2.0.0", "3.0.0"):
        assert linking.mlvc("rollback", version, "--yes").code == 0
    lose(linking, "same\n")
    done = linking.mlvc("rollback", "2.0.0", "--yes")
    # It is the release's, too: that it is missing there is told first.
    assert done.code == Exit.MISSING
    assert linking.read("model/b") == "same\n"
