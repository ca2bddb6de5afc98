"""A repository with three releases, whose evaluator has changed since."""

from pathlib import Path

import pytest

from tests.ops.evaluation.released import build, evaluated
from tests.project import Project


@pytest.fixture(scope="session")
def built_releases(built_project: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """What every `releases` is a copy of; never changed."""
    return build(built_project, tmp_path_factory.mktemp("releases") / "project")


@pytest.fixture
def releases(built_releases: Project, tmp_path: Path) -> Project:
    """A repository of one's own with three releases."""
    return built_releases.copy(tmp_path / "project")


@pytest.fixture(scope="session")
def built_judged(built_releases: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """What every `judged` is a copy of; never changed."""
    project = built_releases.copy(tmp_path_factory.mktemp("judged") / "project")
    evaluated(project, by="HEAD")
    return project


@pytest.fixture
def judged(built_judged: Project, tmp_path: Path) -> Project:
    """Three releases, each evaluated by HEAD; the second is worse than the newest."""
    return built_judged.copy(tmp_path / "project")
