"""Putting a release into an environment."""

from dataclasses import dataclass, replace
from difflib import get_close_matches

from mlvc.domain.gate import Judgement
from mlvc.domain.promotion import USUAL, check_environment, in_use, newest
from mlvc.domain.release import Release
from mlvc.domain.verdict import Verdict
from mlvc.errors import Exit, MlvcError
from mlvc.ops.naming import Target, released, resolve
from mlvc.ops.project import Project
from mlvc.ops.promoting.admission import admission, refusal, refuse_name_alone, refuse_taken_back
from mlvc.ops.promoting.appending import Draft, append, appending
from mlvc.ops.tagging.request import given
from mlvc.registry import tags

_UNASKED = Judgement(Verdict.NONE, ())


@dataclass(frozen=True)
class Wanted:
    """What the user asked for. `allow_failing` is why it goes there although something objects.

    `new` says that nobody knows this environment yet.
    """

    name: str
    environment: str
    model: str | None = None
    reason: str = ""
    allow_failing: str | None = None
    sign: bool = False
    new: bool = False


@dataclass(frozen=True)
class Promoted:
    """A release that was put into an environment, or would be.

    `tag` is empty where it is there already. `before` is what was there, `judgement` that of the
    environment's gates, and `overridden` what spoke against it where `override` says why it was
    done all the same. `note` is what to know of the release, where nothing spoke against it.
    """

    release: Release
    environment: str
    tag: str
    before: str | None = None
    judgement: Judgement = _UNASKED
    overridden: tuple[str, ...] = ()
    override: str | None = None
    note: str = ""
    made: bool = False


def promote(project: Project, wanted: Wanted, *, dry_run: bool = False) -> Promoted:
    """Put a release into an environment; raises `MlvcError` where it may not go there."""
    if dry_run:
        return _draft(project, wanted)
    with appending(project):
        draft = _draft(project, wanted)
        if not draft.tag:
            return draft
        told = {
            "Release": draft.release.name,
            "Reason": wanted.reason.strip(),
            "Override": draft.override or "",
            "Verdict": draft.judgement.verdict,
        }
        tag = _tag(draft.release, wanted.environment)
        append(project, tag, draft.tag, told, sign=wanted.sign)
    return replace(draft, made=True)


def _tag(release: Release, environment: str) -> Draft:
    title = f"Promote {release.name} to {environment}"
    return Draft(release.model, environment, release.commit, title)


def _draft(project: Project, wanted: Wanted) -> Promoted:
    reason, release = given(wanted.allow_failing), _release(project, wanted)
    model, environment = release.model, wanted.environment
    _refuse_unknown(project, model, wanted)
    last = newest(project.promotions_of(model), model, environment)
    # What an ending tag left there is promoted anew: DVC does not see what the ending took out.
    if last and not last.ends and last.commit == release.commit:
        return Promoted(release, environment, "")
    refuse_taken_back(project, release)
    refuse_name_alone(project, release)
    found = admission(project, release, environment)
    if found.objections and reason is None:
        raise refusal(release, environment, found)
    number = tags.next_number(project.repo.git, model)
    before = in_use(project.promotions_of(model), model).get(environment)
    return Promoted(
        release=release,
        environment=environment,
        tag=_tag(release, environment).named(number),
        before=released(project, Target(before, model)).label if before else None,
        judgement=found.judgement,
        overridden=found.objections,
        override=reason if found.objections else None,
        note=found.note,
    )


def _release(project: Project, wanted: Wanted) -> Release:
    target = released(project, resolve(project, wanted.name, wanted.model))
    if target.release is None:
        raise MlvcError(
            f"{target.label} is no release of {target.model}",
            "Only releases are promoted: `mlvc list` shows them, `mlvc tag` makes one of HEAD.",
            Exit.MISSING,
        )
    return target.release


def _refuse_unknown(project: Project, model: str, wanted: Wanted) -> None:
    """Refuse an environment that may be a typing mistake."""
    name = wanted.environment
    settled = {*USUAL, *project.settings().for_model(model).environments}
    if name in settled or any(p.environment == name for p in project.promotions_of(model)):
        return
    known = sorted(settled | {promotion.environment for promotion in project.promotions})
    if name in known:
        return
    check_environment(name)
    if not wanted.new:
        close = get_close_matches(name, known, 1)
        guess = f"Did you mean {close[0]}? " if close else f"There are {', '.join(known)}. "
        raise MlvcError(
            f"there is no environment {name!r}",
            f"{guess}`--new` makes one, as does an entry below `mlvc.environments` in params.yaml.",
            Exit.USAGE,
        )
