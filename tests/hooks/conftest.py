"""Projects with hooks installed."""

from pathlib import Path

import pytest

from tests.project import Project

SECOND = """\
  report:
    cmd: python report.py
    deps:
      - report.py
    outs:
      - report.txt
artifacts:
"""


@pytest.fixture(scope="session")
def built_hooked(built_project: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A pipeline with a second branch, in a clone with all hooks; never changed."""
    project = built_project.copy(tmp_path_factory.mktemp("hooked") / "project")
    project.write("report.py", "open('report.txt', 'w').write('one')\n")
    project.write("dvc.yaml", project.read("dvc.yaml").replace("artifacts:\n", SECOND))
    project.dvc("repro", "--quiet")
    project.commit("A report")
    assert project.mlvc("hooks", "install", "--merge-driver").code == 0
    return project


@pytest.fixture
def hooked(built_hooked: Project, tmp_path: Path) -> Project:
    """A copy of one's own."""
    return built_hooked.copy(tmp_path / "project")
