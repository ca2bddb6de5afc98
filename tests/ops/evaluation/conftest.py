"""A repository with three releases, whose evaluator has changed since."""

from pathlib import Path

import pytest

from tests.ops.evaluation.released import build
from tests.project import Project


@pytest.fixture(scope="session")
def built_releases(built_project: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """What every `releases` is a copy of; never changed."""
    return build(built_project, tmp_path_factory.mktemp("releases") / "project")


@pytest.fixture
def releases(built_releases: Project, tmp_path: Path) -> Project:
    """A repository of one's own with three releases."""
    return built_releases.copy(tmp_path / "project")
