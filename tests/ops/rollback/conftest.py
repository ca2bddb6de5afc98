"""Released repositories, built once and copied for each test."""

from pathlib import Path

import pytest

from tests.project import Project


def retrain(project: Project, old: str, new: str) -> None:
    """Change a parameter, run the pipeline and commit."""
    project.set_param(old, new)
    project.dvc("repro", "--quiet")
    project.commit(f"Retrain: {new}")


def tag(project: Project, *args: str) -> None:
    done = project.mlvc("tag", *args)
    assert done.code == 0, done.err


@pytest.fixture(scope="session")
def built_empty(isolated_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("empty") / "project")
    project.path.mkdir()
    project.git("init", "--quiet")
    project.dvc("init", "--quiet")
    return project


@pytest.fixture
def empty(built_empty: Project, tmp_path: Path) -> Project:
    """A repository of Git and DVC without commits."""
    return built_empty.copy(tmp_path / "project")


@pytest.fixture(scope="session")
def built_releases(built_project: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = built_project.copy(tmp_path_factory.mktemp("releases") / "project")
    project.write("notes.txt", "unrelated\n")
    project.write("README.md", "unrelated too\n")
    project.commit("Unrelated files")
    tag(project, "0.1.0")
    train = project.read("train.py").replace('"""A model', '"""Another model')
    project.write("train.py", train)
    retrain(project, "weight: 1.0", "weight: 2.0")
    tag(project, "0.2.0")
    project.write("data/raw.csv", project.read("data/raw.csv") + "18,\n5,0\n")
    retrain(project, "bias: 0.5", "bias: 0.7")
    tag(project, "0.3.0")
    return project


@pytest.fixture
def released(built_releases: Project, tmp_path: Path) -> Project:
    """Releases 0.1.0, 0.2.0 and 0.3.0 of a model, without verdicts; HEAD is the last.

    0.2.0 has other code and another weight, 0.3.0 other data and another bias.
    """
    return built_releases.copy(tmp_path / "project")


FOLDER = """\
stages:
  train:
    cmd: python train.py
    deps:
      - train.py
    params:
      - name
    outs:
      - model
artifacts:
  model:
    path: model
"""

TRAIN_FOLDER = """\
from pathlib import Path

name = Path("params.yaml").read_text().split()[-1]
Path("model/deep").mkdir(parents=True)
Path("model/weights").write_text(name)
Path("model/deep/vocabulary").write_text("the same in all")
Path(f"model/deep/{name}").write_text(f"only in {name}")
"""


@pytest.fixture(scope="session")
def built_folders(built_empty: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = built_empty.copy(tmp_path_factory.mktemp("folders") / "project")
    project.write("dvc.yaml", FOLDER)
    project.write("train.py", TRAIN_FOLDER)
    for name in ("first", "second"):
        project.write("params.yaml", f"name: {name}\n")
        project.dvc("repro", "--quiet")
        project.commit(name)
        tag(project)
    return project


@pytest.fixture
def foldered(built_folders: Project, tmp_path: Path) -> Project:
    """Releases 0.1.0 and 0.2.0 of a model that is a folder; files came and went."""
    return built_folders.copy(tmp_path / "project")
