"""A team: a bare repository, a folder as DVC's remote, and clones beside them."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from mlvc.domain.evaluation import Evaluation
from mlvc.ops.project import Project as Opened
from mlvc.ops.sharing import Pulled, Pushed, pull, push
from mlvc.registry.evaluations import read
from tests import remotes
from tests.project import Project, run
from tests.remotes import Cloud, Proxy


@dataclass(frozen=True)
class Team:
    """What clones share; `one` has two releases that nobody else has, older than the remotes."""

    path: Path

    @property
    def one(self) -> Project:
        return Project(self.path / "project")

    @property
    def hub(self) -> Project:
        return Project(self.path / "hub.git")

    @property
    def objects(self) -> list[Path]:
        """What is on DVC's remote."""
        return sorted(p for p in (self.path / "store").rglob("*") if p.is_file())

    def clone(self, name: str = "two") -> Project:
        run("git", "clone", "--quiet", "hub.git", name, cwd=self.path)
        return Project(self.path / name)

    def refs(self) -> dict[str, str]:
        lines = self.hub.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        return dict(line.split(" ") for line in lines)

    def tags(self) -> list[str]:
        return self.hub.git("tag").splitlines()


@pytest.fixture(scope="session")
def built_team(built_two_releases: Project, tmp_path_factory: pytest.TempPathFactory) -> Team:
    """The folder that every `team` is a copy of; never changed."""
    team = Team(tmp_path_factory.mktemp("team"))
    one = built_two_releases.copy(team.path / "project")
    one.git("init", "--quiet", "--bare", "../hub.git")
    one.git("remote", "add", "origin", "../hub.git")
    (team.path / "store").mkdir()
    one.dvc("remote", "add", "--quiet", "--default", "storage", "../store")
    one.commit("Where objects go")
    return team


@pytest.fixture
def team(built_team: Team, tmp_path: Path) -> Team:
    """A team of one's own, to whom nothing was pushed yet."""
    shutil.copytree(built_team.path, tmp_path / "team", symlinks=True)
    team = Team(tmp_path / "team")
    team.one.git("update-index", "-q", "--refresh")
    return team


def opened(project: Project) -> Opened:
    """As a verb has it."""
    return Opened.find(project.path)


def pushed(project: Project, *names: str, every: bool = False) -> Pushed:
    return push(opened(project), names, every=every)


def pulled(project: Project, *names: str, data: bool = False) -> Pulled:
    return pull(opened(project), names, data=data)


def promote(project: Project, number: int, release: str = "model@v0.1.0") -> str:
    """A promotion, as GTO writes it."""
    tag = f"model#production#{number}"
    project.git("tag", "--annotate", "--message", "promoted", tag, f"{release}^{{commit}}")
    return tag


def recorded(project: Project) -> set[str]:
    return {one.id for one in read(opened(project).repo.git)}


def ids(*made: Evaluation) -> set[str]:
    return {one.id for one in made}


@pytest.fixture(scope="session")
def clouds(
    isolated_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], int]]:
    """The port of the server of a kind, which is started when it is first asked for."""
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("clouds")
        yield cache(lambda kind: stack.enter_context(remotes.cloud(kind, folder)))


@pytest.fixture(params=["s3", "gs", "ssh"])
def cloud(
    request: pytest.FixtureRequest, clouds: Callable[[str], int], tmp_path: Path
) -> Iterator[Cloud]:
    """A real remote of each kind, behind a proxy, with an empty place of one's own."""
    with Proxy(clouds(request.param)) as proxy:
        place = str(tmp_path / "there") if request.param == "ssh" else tmp_path.name
        yield Cloud(request.param, proxy, place)


@pytest.fixture
def clouded(team: Team, cloud: Cloud) -> Team:
    """The team, whose DVC remote is `cloud`."""
    cloud.configure(team.one)
    return team
