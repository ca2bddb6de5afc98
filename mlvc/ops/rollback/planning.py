"""From a request to a proven plan. Nothing is written."""

from collections.abc import Iterator
from typing import NamedTuple

from mlvc.domain import history
from mlvc.domain.plan import Plan
from mlvc.domain.promotion import in_use
from mlvc.domain.release import Release
from mlvc.domain.rollback import RollbackRecord
from mlvc.domain.standing import Standing
from mlvc.errors import Exit, MlvcError
from mlvc.ops.moved_tags import refuse_moved
from mlvc.ops.naming import Target, released, resolve, the_model
from mlvc.ops.project import Project
from mlvc.ops.rollback.drafts import DRAFTS
from mlvc.ops.rollback.request import Request


class Chosen(NamedTuple):
    """The target, and why it is the one where the user did not say."""

    target: Target
    reason: str = ""
    needs_consent: bool = False


def choose(project: Project, request: Request) -> Chosen:
    """The release or commit to go back to; raises `MlvcError` when there is none."""
    model = request.model
    if request.target is not None:
        target = resolve(project, request.target, request.model)
        if not _is_model(request.target, target):
            return Chosen(released(project, target))
        model = target.model
    return _last_good(project, the_model(project, model), request)


def _is_model(text: str, target: Target) -> bool:
    """Whether a model's bare name was typed, which names no state to go back to."""
    return target.release is None and text.replace(":", "=", 1) == target.model


def _last_good(project: Project, model: str, request: Request) -> Chosen:
    standing = project.standing(model)
    if environment := request.environment:
        from mlvc.ops.promoting import seen_from

        standing = seen_from(project, standing, model, environment)
    found = history.last_good(standing.reachable, standing.current, standing.withdrawn)
    if found.release is None:
        hint = _instead(standing, request)
        if project.repo.is_shallow:
            hint = "This clone is shallow: `git fetch --unshallow --tags`."
        raise MlvcError(f"no last good release of {model}: {found.reason}", hint, Exit.MISSING)
    target = Target(found.release.commit, model, found.release)
    return Chosen(target, found.reason, found.needs_consent)


def _instead(standing: Standing, request: Request) -> str:
    """What can be gone back to all the same."""
    if any(release != standing.current for release in standing.releases):
        return f"Name a release yourself: `mlvc {request.verb} VERSION`; `mlvc list` shows them."
    only = "There is no other release" if standing.releases else "There are no releases yet"
    if request.environment:
        return f"{only}."
    return f"{only}; a commit will do, too: `mlvc {request.verb} REV`."


def make_plan(project: Project, request: Request, chosen: Chosen) -> Plan:
    """The proven plan of a rollback; raises `MlvcError` where it would not restore the release."""
    target = chosen.target
    if target.release:
        refuse_moved(project, target.release.tag)
    standing = project.standing(target.model)
    origin = standing.current.name if standing.current else project.repo.head
    draft = DRAFTS[request.scope](project, target, request)
    notes = [chosen.reason] if chosen.reason else []
    if standing.current and standing.current.name in standing.withdrawn:
        notes.append(f"{standing.current.name} had been withdrawn before, and came back")
    notes += _left_there(project, standing.current, target, request.environment)
    return Plan(
        model=target.model,
        head=project.repo.head,
        commit=target.commit,
        record=RollbackRecord(
            commit="",
            origin=origin,
            target=target.name,
            scope=request.scope,
            trigger=request.trigger,
            reason=request.reason,
            evidence=request.evidence,
        ),
        edits=draft.edits,
        outputs=tuple(draft.outputs),
        lineage=frozenset(draft.paths | draft.edits.keys()),
        stages=tuple(draft.stages),
        notes=(*notes, *draft.notes),
    )


def _left_there(
    project: Project, left: Release | None, target: Target, besides: str
) -> Iterator[str]:
    """Where the release that is withdrawn by this stays in use; `besides` is seen to."""
    to = target.release
    if left is None or (to and to.version >= left.version):
        return
    there = in_use(project.promotions_of(left.model), left.model)
    for place in sorted(there):
        if there[place] == left.commit and place != besides:
            command = f"mlvc rollback {f'{to.name} ' if to else ''}--env {place} --tag-only"
            yield f"{left.name} is still in {place}: `{command}` goes back there, too"
