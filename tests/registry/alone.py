"""Repositories of Git alone."""

from collections.abc import Mapping
from pathlib import Path

from tests.project import Project


def of_git(path: Path, files: Mapping[str, str]) -> Project:
    """A repository without DVC, with these files in one commit."""
    project = Project(path)
    project.path.mkdir()
    project.git("init", "--quiet")
    for name, text in files.items():
        project.write(name, text)
    project.commit("All files")
    return project
