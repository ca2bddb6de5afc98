"""A repository without DVC, for what is about Git alone."""

from pathlib import Path

import pytest

from tests.project import Project


@pytest.fixture
def plain(tmp_path: Path) -> Project:
    """A repository of Git alone, with three files."""
    project = Project(tmp_path / "plain")
    project.path.mkdir()
    project.git("init", "--quiet")
    project.write("a.txt", "a\n")
    project.write("b.txt", "b\n")
    project.write("folder/b.txt", "b\n")
    project.commit("Three files")
    return project
