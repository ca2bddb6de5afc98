"""Which releases are to be prepared, what they need, and what that costs."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mlvc.domain.plan import OutputChange, Plan
from mlvc.errors import Exit, MlvcError, naming
from mlvc.ops.project import Project
from mlvc.ops.rollback import Request, choose, make_plan
from mlvc.ops.rollback.preflight import ready
from mlvc.workspace.linking import link_remembering


@dataclass(frozen=True)
class Wanted:
    """What is to be prepared: the plans of the rollbacks, one a release.

    `size` is what it takes of the disk, in bytes: nothing where objects are linked. `notes` say
    what is left out.
    """

    plans: tuple[Plan, ...]
    size: int
    notes: tuple[str, ...] = ()


def wanted(project: Project, names: Sequence[str], model: str | None = None) -> Wanted:
    """Plan for the releases of these names, or for the last good one of each model.

    Raises `MlvcError` where a rollback to one of them would be refused.
    """
    if not names and not model:
        models = project.models(project.repo.head)
        return as_far_as_possible(project, [_request(None, one) for one in models])
    asked = [_request(name, model) for name in names] or [_request(None, model)]
    return _wanted(project, [_plan(project, request) for request in asked], [])


def _request(name: str | None, model: str | None) -> Request:
    return Request(name, model, verb="prepare")


def as_far_as_possible(project: Project, requests: Sequence[Request]) -> Wanted:
    """The same, but what would be refused is only noted, where something is left to be done."""
    plans, problems = [], []
    for request in requests:
        try:
            plans.append(_plan(project, request))
        except MlvcError as error:
            problems.append(error)
    if problems and not plans:
        raise problems[0]
    return _wanted(project, plans, [f"left out: {problem.message}" for problem in problems])


def _wanted(project: Project, plans: list[Plan], notes: list[str]) -> Wanted:
    due = {(c.path, c.new): c for plan in plans for c in missing(project, plan)}
    size = sum(_size(project, change) for change in due.values())
    copies = bool(size) and _kind(project) == "copy"
    return Wanted(tuple(plans), size if copies else 0, tuple(notes))


def needed(plan: Plan) -> list[OutputChange]:
    """The outputs that a rollback changes."""
    return [change for change in plan.outputs if change.new and change.differs]


def missing(project: Project, plan: Plan) -> list[OutputChange]:
    """Those of them that no kept tree holds."""
    return [c for c in needed(plan) if c.new and ready(project, c.path, c.new) is None]


def _plan(project: Project, request: Request) -> Plan:
    chosen = choose(project, request)
    if chosen.target.release is None:
        raise MlvcError(
            f"{chosen.target.label} is no release", "`mlvc list` shows the releases.", Exit.MISSING
        )
    return make_plan(project, request, chosen)


def _size(project: Project, change: OutputChange) -> int:
    """In bytes; what the lock does not say, the objects may, where they are here."""
    if change.size is not None or not change.new:
        return change.size or 0
    cache = project.store.cache
    if cache.missing([change.new]):
        return 0
    content = project.prover.content(change.new, change.path)
    here = (Path(cache.file(digest)) for digest in content.files.values())
    return sum(file.stat().st_size for file in here if file.exists())


def _kind(project: Project) -> str:
    """The type of link that files will have here, found by a trial."""
    cache, scratch = project.store.cache, project.root / ".dvc" / "tmp"
    near = cache.root.exists() and cache.root.stat().st_dev == scratch.stat().st_dev
    types = [kind for kind in cache.links if near or kind in ("symlink", "copy")]
    with tempfile.TemporaryDirectory(prefix="mlvc-", dir=scratch) as folder:
        source = Path(folder, "source")
        with naming(scratch):
            source.write_bytes(b"some")
        return link_remembering(source, Path(folder, "target"), types)
