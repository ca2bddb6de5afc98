"""Taking out what is in an environment: what was there before comes back (ADR 0013)."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from mlvc.domain.promotion import Promotion, occupants
from mlvc.domain.release import Release
from mlvc.errors import MlvcError
from mlvc.ops.naming import Target, released, the_model
from mlvc.ops.places import Places
from mlvc.ops.project import Project
from mlvc.ops.promoting.appending import Draft, append, appending
from mlvc.ops.promoting.places import occupant
from mlvc.ops.recover import settle
from mlvc.registry import tags
from mlvc.workspace import journal as journals
from mlvc.workspace.journal import Journal
from mlvc.workspace.undisturbed import undisturbed


@dataclass(frozen=True)
class Demoted:
    """What was taken out of an environment, or would be, and the release that is there again.

    `release` names what was taken out, or its commit where that is no release.
    """

    model: str
    environment: str
    release: str
    back: Release | None
    tags: tuple[str, ...]
    made: bool


@dataclass(frozen=True)
class _Step:
    """What goes and what comes back."""

    model: str
    environment: str
    out: Target
    back: Release | None

    @property
    def ending(self) -> Draft:
        """The tag that takes the one out."""
        title = f"Take {self.out.name} out of {self.environment}"
        return Draft(self.model, self.environment, self.out.commit, title, ends=True)

    @property
    def again(self) -> Draft | None:
        """The tag that puts the other there anew: DVC goes by the last one alone."""
        if self.back is None:
            return None
        title = f"Back to {self.back.name} in {self.environment}"
        return Draft(self.model, self.environment, self.back.commit, title)


def demote(  # noqa: PLR0913 - what a user can say
    project: Project,
    text: str,
    model: str | None = None,
    reason: str = "",
    *,
    sign: bool = False,
    dry_run: bool = False,
) -> Demoted:
    """Take out what is in the environment `production` or `MODEL#production`.

    Raises `MlvcError` where nothing is there, or where what would come back is withdrawn.
    """
    if dry_run:
        step = _step(project, text, model)
        number = tags.next_number(project.repo.git, step.model)
        drafts = filter(None, (step.ending, step.again))
        return _demoted(step, [d.named(number + n) for n, d in enumerate(drafts)], made=False)
    with appending(project):
        step = _step(project, text, model)
        return _demoted(step, _write(project, step, reason.strip(), sign=sign), made=True)


def _demoted(step: _Step, names: Iterable[str], *, made: bool) -> Demoted:
    return Demoted(step.model, step.environment, step.out.name, step.back, tuple(names), made)


def _step(project: Project, text: str, model: str | None) -> _Step:
    named, _, environment = text.rpartition("#")
    name = the_model(project, named or model)
    there = occupant(project, name, environment)
    out = released(project, Target(there.commit, name))
    return _Step(name, environment, out, _before(project, there))


def _before(project: Project, there: Promotion) -> Release | None:
    """The release that is in the environment again once this one is taken out."""
    model, place = there.model, there.environment
    own = project.promotions_of(model)
    last = max(promotion.number for promotion in own)
    end = Promotion(model, place, last + 1, ends=True, commit=there.commit)
    found = occupants([*own, end], model)[place]
    if found is None:
        return None
    back = released(project, Target(found.commit, model))
    is_bad = back.name in project.standing(model).withdrawn
    if back.release is None or is_bad:
        raise MlvcError(
            f"what would be in {place} again is {back.label},"
            f" which is {'withdrawn' if is_bad else 'no release'}",
            f"Say yourself what is there instead: `mlvc promote RELEASE {place}`.",
        )
    return back.release


def _write(project: Project, step: _Step, reason: str, *, sign: bool) -> tuple[str, ...]:
    """All tags, or none: what a crash leaves of two is undone."""
    ending, again = step.ending, step.again
    number = tags.next_number(project.repo.git, step.model)
    first = ending.named(number)
    told = {"Release": step.out.name, "Reason": reason}
    if again is None or step.back is None:
        append(project, ending, first, told, sign=sign)
        return (first,)
    second = again.named(number + 1)
    note = {"request": "demotion of", "what": step.out.name}
    at = tags.next_date(project.repo.git, step.model)
    note |= {"tag": first, "tagged": ending.commit, "marked": tags.mark(at, ending.title)}
    note |= {"ref": f"refs/tags/{second}", "new": again.commit}  # from here on it counts
    journal = Journal(os.urandom(6).hex(), note)
    try:
        journals.write(Places(project).journal, journal, project.root)
        append(project, ending, first, told, sign=sign, at=at)
        append(project, again, second, {**told, "Release": step.back.name}, sign=sign)
    finally:
        with undisturbed():
            settle(project)
    return first, second
