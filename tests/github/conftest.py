"""GitHub around a repository with two releases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.github.acting import Stage, stage
from tests.github.standing_in import GitHub, github
from tests.project import Project


@pytest.fixture
def api() -> Iterator[GitHub]:
    """The API, with nothing in it."""
    with github() as found:
        yield found


@pytest.fixture
def shared(two_releases: Project, tmp_path: Path) -> Project:
    """Two releases whose objects are on a DVC remote, and gates that the second one meets."""
    two_releases.dvc("remote", "add", "--quiet", "-d", "storage", str(tmp_path / "storage"))
    params = two_releases.read("params.yaml")
    two_releases.write("params.yaml", f"{params}mlvc:\n  gates: [{{metric: f1, min: 0.1}}]\n")
    two_releases.commit("A remote, and a gate")
    return two_releases


@pytest.fixture
def staged(shared: Project, api: GitHub, tmp_path: Path) -> Stage:
    """GitHub around them."""
    folder = tmp_path / "github"
    folder.mkdir()
    return stage(shared, folder, api)
