"""Every test runs on real repositories, in an environment that knows nothing of the machine."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipeline_project import build
from tests.project import Project
from tests.releases import build_two_releases

DATE = "2024-01-02T03:04:05+00:00"

GIT_CONFIG = """\
[user]
    name = Ada Example
    email = ada@example.com
[init]
    defaultBranch = main
[commit]
    gpgSign = false
[tag]
    gpgSign = false
[gc]
    auto = 0
[protocol "file"]
    allow = always
"""

FOREIGN = ("GIT_", "DVC_", "MLVC_", "GITHUB_", "RUNNER_", "GTO_", "XDG_")


@pytest.fixture(scope="session", autouse=True)
def isolated_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty home, one identity and one date, for this process and all that it starts."""
    home = tmp_path_factory.mktemp("home")
    config = home / ".gitconfig"
    config.write_text(GIT_CONFIG, encoding="utf-8")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(FOREIGN) or name in {"CI", "PAGER", "EDITOR", "VISUAL"}:
                patch.delenv(name)
        for name, value in {
            "PATH": path,  # a stage's `python` is the one that runs the test
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_DATA_HOME": str(home / "data"),
            "GIT_CONFIG_GLOBAL": str(config),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_AUTHOR_DATE": DATE,
            "GIT_COMMITTER_DATE": DATE,
            "DVC_NO_ANALYTICS": "1",
            "DVC_GLOBAL_CONFIG_DIR": str(home / "dvc-global"),
            "DVC_SYSTEM_CONFIG_DIR": str(home / "dvc-system"),
            "DVC_SITE_CACHE_DIR": str(home / "dvc-site"),
            "NO_COLOR": "1",
            "COLUMNS": "100",
            "TERM": "dumb",
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
        }.items():
            patch.setenv(name, value)
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
