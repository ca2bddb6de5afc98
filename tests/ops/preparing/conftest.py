"""Releases of a folder, built once for each kind of link."""

from pathlib import Path

import pytest

from tests.ops.rollback.rows import step
from tests.project import Project

YAML = """\
stages:
  split:
    cmd: cp in.txt table
    deps: [in.txt]
    outs: [table]
  train:
    cmd: mkdir -p model && cp table model/a && echo same > model/b
    deps: [table]
    outs: [model]
artifacts:
  m: {path: model}
"""


@pytest.fixture(scope="session")
def built_kinds(
    isolated_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Project]:
    """A repository for each `cache.type`, never changed: one that links, one that copies."""
    project = Project(tmp_path_factory.mktemp("kinds") / "project")
    project.path.mkdir()
    project.git("init", "--quiet")
    project.dvc("init", "--quiet")
    step(project, {"dvc.yaml": YAML, "in.txt": "one\n"})
    assert project.mlvc("tag", "1.0.0").code == 0
    step(project, {"in.txt": "two\n"})
    assert project.mlvc("tag", "2.0.0").code == 0
    step(project, {"in.txt": "three\n"})
    assert project.mlvc("tag", "3.0.0").code == 0
    linking = project.copy(project.path.with_name("linking"))
    linking.dvc("config", "cache.type", "hardlink")
    linking.commit("Link")
    return {"copy": project, "hardlink": linking}


@pytest.fixture
def linking(built_kinds: dict[str, Project], tmp_path: Path) -> Project:
    """Releases 1.0.0, 2.0.0 and 3.0.0, which is current, of a folder and the table behind it."""
    return built_kinds["hardlink"].copy(tmp_path / "project")


@pytest.fixture
def copying(built_kinds: dict[str, Project], tmp_path: Path) -> Project:
    """The same where objects are copied."""
    return built_kinds["copy"].copy(tmp_path / "project")


def kept(project: Project, kind: str) -> list[Path]:
    """The trees that are kept, `ready` or `spare`."""
    return sorted((project.path / ".dvc/tmp/mlvc/kept" / kind).glob("*"))


def folder(trees: list[Path]) -> Path:
    """The one of them that is the model."""
    (found,) = (tree for tree in trees if tree.is_dir())
    return found
