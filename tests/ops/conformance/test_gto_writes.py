"""What GTO wrote, in all forms of its tags, mlvc reads as GTO and DVC do."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import gto.api
import gto.exceptions
import pytest
from hypothesis import event, example, given, note
from hypothesis import strategies as st

from mlvc.domain.promotion import occupants
from mlvc.ops.chronicle import chronicle
from mlvc.ops.listing import list_releases
from mlvc.ops.project import Project as Found
from mlvc.ops.promoting import environments
from tests.ops.conformance.examples import examples
from tests.ops.conformance.readers import (
    address,
    assert_all_agree,
    places_by_gto,
    revision_by_dvc,
)
from tests.project import Project, run

MODELS = ("m", "a/b", "sub/dir=n")
PLACES = ("production", "eu/canary")
VERSIONS = ("v0.1.0", "v0.2.0-rc.1", "v0.2.0", "v1.0.0+b.1", "v1.0.0")
COMMITS = 4
START = 1_900_000_000
DOES = (
    *("register", "register", "register", "assign", "assign", "assign"),
    *("unassign", "unassign", "deregister", "deprecate"),
)


class Step(NamedTuple):
    """One call of GTO; `pick` chooses among versions and commits, `simple` the form of the tag.

    With `aimed` it chooses among those that are there, or GTO would refuse nearly all.
    """

    does: str
    model: str = "m"
    place: str = "production"
    pick: int = 0
    simple: bool = False
    force: bool = False
    aimed: bool = False


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(DOES),
        st.sampled_from((*MODELS, MODELS[0])),
        st.sampled_from(PLACES),
        st.integers(0, 19),
        st.booleans(),
        st.booleans(),
        st.sampled_from((True, True, True, False)),
    ),
    min_size=6,
    max_size=16,
)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A repository with some commits and nothing in it."""
    project = Project(tmp_path_factory.mktemp("bare") / "project")
    project.write(".dvc/config", "")
    project.git("init", "--quiet")
    for number in range(COMMITS):
        project.write("number", str(number))
        project.commit(str(number))
    return project


@pytest.fixture(scope="module")
def rising() -> Iterator[None]:
    """GTO's tags written by Git, each a second after the one before: GTO itself has no dates."""
    clock = iter(range(START, START + 10**6))

    def create(scm: Any, name: str, rev: str, message: str, **_: object) -> None:
        if scm.get_tag(name):
            raise gto.exceptions.TagExists(name=name)
        date = {"GIT_COMMITTER_DATE": f"@{next(clock)} +0000"}
        run("git", "tag", "-a", name, "-m", message, rev, cwd=Path(scm.root_dir), env=date)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gto.tag.create_tag", create)
        yield


def perform(project: Project, step: Step, commits: list[str]) -> None:
    """Let GTO do it, if it will."""
    name = address(step.model)
    version, commit = VERSIONS[step.pick % len(VERSIONS)], commits[step.pick % COMMITS]
    more: dict[str, Any] = {"simple": step.simple, "force": step.force}
    where: dict[str, Any] = {"version": version} if step.pick % 3 else {"ref": commit}
    place = step.place
    if step.aimed:
        place, where = target(Found.find(project.path), step) or (place, where)
    match step.does:
        case "register":
            gto.api.register(str(project.path), name, commit, version, **more)
        case "assign":
            more["skip_registration"] = "ref" in where and step.pick % 2 == 0
            gto.api.assign(str(project.path), name, stage=place, **where, **more)
        case "unassign":
            gto.api.unassign(str(project.path), name, stage=place, **where, **more)
        case "deregister":
            gto.api.deregister(str(project.path), name, **where, **more)
        case _:
            gto.api.deprecate(str(project.path), name, **more)


def target(found: Found, step: Step) -> tuple[str, dict[str, Any]] | None:
    """The environment, and the release by version or commit, of one that is there."""
    registered = [r for r in found.releases if r.name not in found.deregistered]
    releases = {r.commit: f"v{r.version}" for r in registered if r.model == step.model}
    there = [(step.place, commit) for commit in releases]
    if step.does == "unassign":
        occupied = occupants(found.promotions, step.model)
        there = [(place, one.commit) for place, one in sorted(occupied.items()) if one]
    if not there:
        return None
    place, commit = there[step.pick % len(there)]
    version = releases.get(commit)
    return place, {"version": version} if version and step.pick % 3 else {"ref": commit}


def fresh(bare: Project) -> Project:
    """A copy without tags, where the last one was."""
    path = bare.path.with_name("fresh")
    shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(bare.path, path)
    return Project(path)


@given(STEPS)
@examples(6)
@example([Step("register", pick=2, simple=False), Step("deregister", pick=2),
          Step("register", pick=2, force=True)])  # fmt: skip
@example([Step("register", pick=2), Step("assign", pick=2), Step("deregister", pick=2),
          Step("assign", pick=2, force=True),
          Step("unassign", place="eu/canary", pick=2, force=True)])  # fmt: skip
@example([Step("register"), Step("assign", pick=10, simple=True),
          Step("register", pick=1), Step("assign", pick=1), Step("unassign", pick=1)])  # fmt: skip
def test_mlvc_reads_what_gto_reads(bare: Project, rising: None, steps: list[Step]) -> None:
    project = fresh(bare)
    commits = bare.git("rev-list", "HEAD").split()
    for step in steps:
        with suppress(gto.exceptions.GTOException):
            perform(project, step, commits)
            event(step.does)
    note(project.git("for-each-ref", "--format=%(taggerdate:unix) %(refname) %(*objectname)"))
    for model in MODELS:
        if project.git("tag", "--list", f"{model}@v*", f"{model}#*"):
            assert_all_agree(project.path, model, PLACES)


def test_a_deregistered_release_is_withdrawn_while_dvc_goes_on_giving_it(
    bare: Project, rising: None
) -> None:
    project = fresh(bare)
    commits = bare.git("rev-list", "HEAD").split()
    for step in (Step("register", pick=0), Step("register", pick=2), Step("assign", pick=10),
                 Step("assign", pick=2), Step("deregister", pick=2, simple=True)):  # fmt: skip
        perform(project, step, commits)
    assert places_by_gto(project.path, "m", PLACES[:1]) == {"production": "v0.1.0"}
    assert revision_by_dvc(project.path, "m", version="v0.2.0") == commits[2]
    assert revision_by_dvc(project.path, "m", stage="production") == commits[2]
    found = Found.find(project.path)
    (place,) = environments(found)
    assert (place.release, place.stale) == ("m@v0.1.0", True)
    assert [(row.tag.name, row.withdrawn) for row in list_releases(found).rows] == [
        ("m@v0.1.0", False), ("m@v0.2.0", True),
    ]  # fmt: skip
    told = [(event.kind, event.tag) for event in chronicle(found)]
    assert told[:2] == [("demotion", "m@v0.2.0!"), ("deregistration", "m@v0.2.0!")]
    shown = project.mlvc("show", "m@latest")
    assert shown.code == 0 and shown.out.startswith("m@v0.1.0")


def test_a_deprecated_model_is_hidden_by_gto_alone(bare: Project, rising: None) -> None:
    project = fresh(bare)
    commits = bare.git("rev-list", "HEAD").split()
    for step in (Step("register"), Step("assign", pick=10), Step("deprecate")):
        perform(project, step, commits)
    assert gto.api.show(str(project.path), "m") == []
    assert revision_by_dvc(project.path, "m", stage="production") == commits[0]
    found = Found.find(project.path)
    assert [place.release for place in environments(found)] == ["m@v0.1.0"]
    assert found.tag_problems == ()
