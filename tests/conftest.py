"""Every test runs on real repositories, in an environment that knows nothing of the machine."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipeline_project import build
from tests.project import Project, loaded
from tests.releases import build_two_releases
from tests.surroundings import foreign, surroundings


@pytest.fixture(scope="session", autouse=True)
def isolated_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty home, one identity and one date, for this process and all that it starts."""
    home = tmp_path_factory.mktemp("home")
    # What a shell starts in the background ignores Ctrl-C, and so would all that tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.MonkeyPatch.context() as patch:
        for name in foreign():
            patch.delenv(name)
        for name, value in surroundings(home).items():
            patch.setenv(name, value)
        with loaded():
            yield home


@pytest.fixture(scope="session")
def built_project(isolated_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The repository that every `project` is a copy of; never changed."""
    return build(tmp_path_factory.mktemp("built") / "project")


@pytest.fixture
def project(built_project: Project, tmp_path: Path) -> Project:
    """A repository of one's own whose pipeline has run and is committed."""
    return built_project.copy(tmp_path / "project")


@pytest.fixture(scope="session")
def built_two_releases(built_project: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The repository that every `two_releases` is a copy of; never changed."""
    return build_two_releases(built_project, tmp_path_factory.mktemp("two") / "project")


@pytest.fixture
def two_releases(built_two_releases: Project, tmp_path: Path) -> Project:
    """A repository of one's own with model@v0.1.0, and model@v0.2.0 at HEAD."""
    return built_two_releases.copy(tmp_path / "project")
