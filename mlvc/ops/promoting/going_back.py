"""Whether a rollback may go back in an environment, and from what."""

from collections.abc import Iterator

from mlvc.domain.gate import Judgement
from mlvc.domain.promotion import Promotion, newest, seconds_in
from mlvc.domain.release import Release
from mlvc.domain.standing import Standing
from mlvc.domain.verdict import Verdict
from mlvc.errors import Exit, MlvcError
from mlvc.ops.naming import Target, released
from mlvc.ops.project import Project
from mlvc.ops.promoting.admission import Admission, refusal, refuse_name_alone, refuse_taken_back
from mlvc.ops.promoting.places import occupant
from mlvc.ops.promoting.returning import Return
from mlvc.ops.rollback.request import Request
from mlvc.ops.tagging.request import given


def seen_from(project: Project, standing: Standing, model: str, environment: str) -> Standing:
    """Where the model stands if what is in an environment is the current release.

    `standing` is that at HEAD. Where the release is not on HEAD's line, the older ones are those
    on its own. Raises `MlvcError` (MISSING) where nothing is there.
    """
    there = released(project, Target(occupant(project, model, environment).commit, model))
    release = there.release
    if release and release.name in (r.name for r in standing.reachable):
        return standing._replace(current=release)
    line = project.standing(model, there.commit)
    withdrawn = standing.withdrawn | line.withdrawn
    return line._replace(current=release, withdrawn=withdrawn)


def going_back(project: Project, target: Target, request: Request) -> Return:
    """The promotion that a rollback to `target` appends; raises `MlvcError` where it may not."""
    reason, release = given(request.allow_failing), target.release
    model, environment = target.model, request.environment
    there = occupant(project, model, environment)
    before = released(project, Target(there.commit, model))
    if release is None:
        raise MlvcError(
            f"{target.label} is no release of {model}, and only releases are in {environment}",
            f"Name a release; or leave out `--env {environment}`.",
            Exit.MISSING,
        )
    last = newest(project.promotions_of(model), model, environment) or there
    is_there = not last.ends and last.commit == release.commit
    refuse_taken_back(project, release)
    refuse_name_alone(project, release)
    against = () if is_there else tuple(_objections(project, release, there, before))
    if against and reason is None:
        code = Exit.GATE_FAIL if release.verdict == Verdict.FAIL else Exit.REFUSED
        raise refusal(release, environment, Admission(Judgement(Verdict.NONE, ()), against, code))
    told = {
        "Release": release.name,
        "Reason": request.reason.strip(),
        "Override": (reason or "") if against else "",
        "Verdict": Verdict.NONE,  # as of any promotion whose environment asks for no gates
        "Rollback-From": before.name,
        "Rollback-Trigger": request.trigger,
        "Evidence": request.evidence,
    }
    withdrawn = project.standing(model).withdrawn
    draft = Return(
        release=release,
        environment=environment,
        tag="",
        before=before.label,
        seen=last.number,
        told=told,
        overridden=against,
        override=reason if against else None,
        demotable=before.release is not None and before.release.name not in withdrawn,
    )
    return draft if is_there else draft.numbered(project)


def _objections(
    project: Project, release: Release, there: Promotion, before: Target
) -> Iterator[str]:
    """What speaks against it. What the environment asks of a promotion is not asked: ADR 0019."""
    model, place = release.model, there.environment
    if release.name in project.standing(model).withdrawn:
        yield "it is withdrawn (`mlvc history` says by which rollback)"
    if release.verdict == Verdict.FAIL:
        yield "its verdict is FAIL"
    newer = before.release and release.version > before.release.version
    own = project.promotions_of(model)
    if newer and seconds_in(own, model, place, release.commit, 0) is None:
        yield f"it is newer than {before.label} and was never there (`mlvc promote` puts it there)"


def refuse_elsewhere(project: Project, back: Return) -> None:
    """Refuse to rewind a branch for the sake of an environment that has another release."""
    current = project.standing(back.release.model).current
    here = current.name if current else project.repo.head[:10]
    if here != back.before:
        place = back.environment
        raise MlvcError(
            f"{place} has {back.before}, and HEAD has {here}: the branch has moved on, and is not"
            " taken back with it",
            f"`--tag-only` changes what is in {place} alone; `--branch NAME` restores"
            f" {back.release.name} on a new branch.",
        )
