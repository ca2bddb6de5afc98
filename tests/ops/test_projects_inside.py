"""Where there is no project, the error says where one is."""

from pathlib import Path

import pytest

from mlvc.errors import Exit
from tests.project import Project, run_module


@pytest.fixture
def around(tmp_path: Path) -> Project:
    """A repository with DVC projects in subfolders alone, one of them untracked."""
    made = Project(tmp_path / "around")
    for name in ("ml", "docs", "new"):
        (made.path / name).mkdir(parents=True)
    made.git("init", "--quiet")
    Project(made.path / "ml").dvc("init", "--quiet", "--subdir")
    made.write("docs/page.md", "x")
    made.commit("A project inside")
    Project(made.path / "new").dvc("init", "--quiet", "--subdir")
    made.git("reset", "--quiet")
    return made


def _refused(folder: Path, *args: str) -> str:
    done = run_module("mlvc", *args, cwd=folder, check=False)
    assert (done.returncode, done.stdout) == (Exit.NOT_A_REPOSITORY, "")
    return done.stderr


def test_the_project_in_a_subfolder_is_named(around: Project) -> None:
    hint = "hint: a DVC project is in {0}: `mlvc -C {0} …`, or go there."
    for verb in ("list", "doctor", "tag"):
        said = _refused(around.path, verb)
        assert f"error: {around.path} is in no DVC project\n" in said
        assert hint.format("ml").casefold() in said.casefold()
        assert "mlvc init" not in said
    assert hint.format("../ml").casefold() in _refused(around.path / "docs", "list").casefold()


def test_of_several_three_are_named(around: Project) -> None:
    for name in ("a b", "x/y", "z"):
        (around.path / name).mkdir(parents=True)
        Project(around.path / name).dvc("init", "--quiet", "--subdir")
    around.commit("More")
    said = _refused(around.path, "list")
    assert "DVC projects are in a b, ml, new and 2 more: `mlvc -C 'a b' …`, or go there." in said


def test_where_there_is_none_init_makes_one(tmp_path: Path) -> None:
    Project(tmp_path).git("init", "--quiet")
    said = _refused(tmp_path, "list")
    assert "is a Git repository without DVC\nhint: Run `mlvc init`" in said
