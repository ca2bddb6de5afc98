"""What a report compares: a revision, the branch it is for, and what the gates ask for."""

from dataclasses import dataclass, replace

from mlvc.domain.promotion import USUAL, in_use, in_use_by_model
from mlvc.ops.gating import AS_USUAL, Terms, opponents
from mlvc.ops.naming import Target, released, resolve
from mlvc.ops.project import Project


@dataclass(frozen=True)
class Question:
    """What is to be judged. `base` is a revision to compare with; None where there is none.

    `terms` say by whose evaluator and by which gates.
    """

    revision: str = "HEAD"
    base: str | None = None
    model: str | None = None
    terms: Terms = AS_USUAL


@dataclass(frozen=True)
class Side:
    """A column of a report: what it is called, and the commit."""

    label: str
    target: Target


def models(project: Project, question: Question) -> tuple[str, ...]:
    """Those that are meant: the one that is named, all that are in the environment, or all there.

    Raises `MlvcError` where there is none.
    """
    text = question.revision
    if question.model is None and "@" not in text and "#" not in text:
        found = in_use_by_model(project.promotions)
        if there := [model for model, places in found.items() if places.get(text)]:
            return tuple(sorted(there))
        if known := project.models(resolve(project, text, _any(project)).commit):
            return known
    return (resolve(project, text, question.model).model,)


def _any(project: Project) -> str | None:
    """Some model, for a revision that is asked for without one."""
    return next(iter(project.models(project.repo.head)), None)


def sides(project: Project, question: Question, model: str) -> tuple[Side, ...]:
    """The subject first, then what it is compared with, no commit twice.

    That is the base, what production has (or the environment whose gates are asked for), and what
    the gates name, as far as these have the model; the subject may lack it.
    """
    subject = released(project, resolve(project, question.revision, model))
    found = [Side(_name(subject, "this"), subject)]
    if question.base is not None:
        base = released(project, resolve(project, question.base, model))
        found.append(Side(_name(base, "base"), base))
    places = in_use(project.promotions, model)
    wanted = dict.fromkeys((question.terms.environment or USUAL[0], USUAL[0]))
    there = {place: commit for place in wanted if (commit := places.get(place))}
    found += [_placed(project, Target(commit, model), place) for place, commit in there.items()]
    against = opponents(project, subject.commit, terms(project, question, model), model)
    found += [Side(one.short, one) for one in against]
    others = {side.target.commit: side for side in reversed(found[1:])}
    others.pop(subject.commit, None)
    kept = [one for one in found[1:] if others.get(one.target.commit) is one]
    return (found[0], *(one for one in kept if has_model(project, one.target)))


def terms(project: Project, question: Question, model: str) -> Terms:
    """Those of the question; an environment without gates of its own has those of a release."""
    wanted = question.terms
    if wanted.environment and project.settings().for_model(model).environments.get(
        wanted.environment
    ):
        return wanted
    return replace(wanted, environment=None)


def _name(target: Target, otherwise: str) -> str:
    return target.short if target.release else otherwise


def _placed(project: Project, target: Target, place: str) -> Side:
    found = released(project, target)
    return Side(f"{found.short} ({place})", found)


def has_model(project: Project, target: Target) -> bool:
    """Whether the model is there at all: one that was never trained is not."""
    return project.object_at(target.commit, target.model) is not None
