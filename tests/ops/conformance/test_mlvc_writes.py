"""What mlvc wrote, whatever happened, GTO and DVC read as mlvc does."""

import hashlib
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from dvc.repo import Repo
from hypothesis import event, example, given, note
from hypothesis import strategies as st

from mlvc.errors import MlvcError
from mlvc.ops import promoting, rollback, tagging
from mlvc.ops.project import Project as Found
from mlvc.registry import tags
from tests.ops.conformance.examples import examples
from tests.ops.conformance.readers import (
    address,
    assert_all_agree,
    story_by_gto,
    story_by_mlvc,
)
from tests.project import Project
from tests.releases import take_back

PATHS = {"m": "model.bin", "sub=a/b": "sub/weights.bin"}
PLACES = ("production", "staging")
POINTER = "outs:\n- md5: {md5}\n  size: {size}\n  hash: md5\n  path: {path}\n"


class Step(NamedTuple):
    """One thing that is done to a model; `pick` chooses among its releases."""

    does: str
    model: str = "m"
    place: str = "production"
    pick: int = 0


MAKING = ("release", "candidate")
LEAVING = ("demote", "rollback in", "put back")
DOES = (
    *("release", "release", "candidate", "same", "promote", "promote", "promote", "demote"),
    *("demote", "rollback", "rollback in", "rollback in", "put back", "deregister"),
)
STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(DOES),
        st.sampled_from(("m", *sorted(PATHS))),
        st.sampled_from(PLACES),
        st.integers(0, 9),
    ),
    min_size=6,
    max_size=11,
)


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A repository that declares two models, one in a subfolder; both are DVC's."""
    project = Project(tmp_path_factory.mktemp("declared") / "project")
    project.write(".dvc/config", "")
    project.write(".dvc/.gitignore", "/cache\n/tmp\n")
    project.write(".gitignore", "/model.bin\n/sub/weights.bin\n")
    project.write("dvc.yaml", "artifacts:\n  m: {path: model.bin}\n")
    project.write("sub/dvc.yaml", "artifacts:\n  a/b: {path: weights.bin}\n")
    project.git("init", "--quiet")
    for path in PATHS.values():
        train(project, path, "first")
    return project


def train(project: Project, path: str, text: str) -> None:
    """A new model, as `dvc add` would leave it, and a commit."""
    data = f"{path}: {text}\n"
    md5 = hashlib.md5(data.encode(), usedforsecurity=False).hexdigest()
    project.write(path, data)
    project.write(f".dvc/cache/files/md5/{md5[:2]}/{md5[2:]}", data)
    name = Path(path).name
    project.write(f"{path}.dvc", POINTER.format(md5=md5, size=len(data), path=name))
    project.commit(text)


def possible(found: Found, step: Step) -> Step:
    """The step, or one before it: what is in no environment cannot be taken out of any."""
    if step.does not in MAKING and not any(r.model == step.model for r in found.releases):
        return step._replace(does="release")
    if step.does not in LEAVING:
        return step
    there = {p.environment: p.release for p in promoting.environments(found, step.model)}
    used = [place for place, release in there.items() if release]
    current = found.standing(step.model).current
    if step.does == "rollback in":  # HEAD goes back with it, so it has to be the one in use
        used = [place for place in used if current and there[place] == current.name]
    if not used:
        return step._replace(does="promote")
    return step._replace(place=used[step.pick % len(used)])


def perform(project: Project, found: Found, step: Step, number: int) -> None:
    """Do it, in this process."""
    own = [release.name for release in found.releases if release.model == step.model]
    name = own[step.pick % len(own)] if own else step.model
    match step.does:
        case "release" | "candidate":
            train(project, PATHS[step.model], str(number))
            pre = "rc" if step.does == "candidate" else None
            tagging.tag(Found.find(project.path), tagging.Wanted(step.model, pre=pre))
        case "same":
            tagging.tag(found, tagging.Wanted(step.model, allow_same=True))
        case "promote":
            promoting.promote(found, promoting.Wanted(name, step.place, allow_failing="a test"))
        case "demote":
            promoting.demote(found, f"{step.model}#{step.place}")
        case "deregister":
            # Not in the same second as a tag of mlvc's, whose dates run ahead of the clock.
            at = tags.next_date(found.repo.git, step.model)
            if own and f"{name}!" not in project.git("tag").split():
                take_back(project, f"{name}!", at=at)
        case "rollback":
            go_back(found, rollback.Request(name))
        case _:
            request = rollback.Request(name, environment=step.place, allow_failing="a test")
            go_back(found, request, tag_only=step.does == "put back")


def go_back(found: Found, request: rollback.Request, *, tag_only: bool = False) -> None:
    """As `mlvc rollback` does, with `--env` where the request has one."""
    chosen = rollback.choose(found, request)
    back = promoting.going_back(found, chosen.target, request) if request.environment else None
    if back and tag_only:
        promoting.put_back(found, back)
        return
    plan = rollback.make_plan(found, request, chosen)
    if back and not plan.is_empty:
        promoting.refuse_elsewhere(found, back)
    rollback.perform(found, plan, back=back)


def assert_dvc_gives_the_bytes(project: Project, model: str) -> None:
    """`dvc artifacts get` of each release and environment, with its own way of finding it."""
    found = Found.find(project.path)
    wanted = {f"v{r.version}": r.digest for r in found.releases if r.model == model}
    out = project.path / ".dvc" / "tmp" / "got"
    with Repo(str(project.path)) as repo:
        for version, digest in wanted.items():
            repo.artifacts.download(address(model), version=version, out=str(out), force=True)
            assert f"sha256:{hashlib.sha256(out.read_bytes()).hexdigest()}" == digest
        for place in promoting.environments(found):
            if place.model == model and not place.stale:
                stage = place.environment
                repo.artifacts.download(address(model), stage=stage, out=str(out), force=True)
                digest = wanted[str(place.release).rpartition("@")[2]]
                assert f"sha256:{hashlib.sha256(out.read_bytes()).hexdigest()}" == digest


@given(STEPS)
@examples(4)
@example([Step("candidate"), Step("same"), Step("promote"), Step("release"),
          Step("promote", pick=2), Step("rollback"), Step("promote"), Step("release"),
          Step("promote", pick=3), Step("demote")])  # fmt: skip
def test_gto_and_dvc_read_what_mlvc_wrote(declared: Project, steps: list[Step]) -> None:
    path = declared.path.with_name("fresh")
    shutil.rmtree(path, ignore_errors=True)
    project = declared.copy(path)
    for number, step in enumerate(steps):
        found = Found.find(path)
        wanted = possible(found, step)
        try:
            perform(project, found, wanted, number)
            event(wanted.does)
        except MlvcError as error:
            note(f"{wanted}: {error.message}")
    for model in PATHS:
        if project.git("tag", "--list", f"{model}@v*"):
            assert_all_agree(path, model, PLACES)
            assert story_by_mlvc(Found.find(path), model) == story_by_gto(path, model)
            assert_dvc_gives_the_bytes(project, model)
