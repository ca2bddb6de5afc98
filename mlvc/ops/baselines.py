"""What a gate compares with: the last good release, what is in an environment, or a release."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mlvc.domain import history
from mlvc.domain.names import parse_query
from mlvc.domain.promotion import USUAL, in_use
from mlvc.domain.release import Release
from mlvc.domain.rule import LAST_GOOD, Rule
from mlvc.domain.standing import Standing
from mlvc.errors import Exit, MlvcError
from mlvc.ops.naming import Target, released, resolve
from mlvc.ops.project import Project


@dataclass(frozen=True)
class Against:
    """What a baseline stands for; `target` is None where there is nothing, and `why` says so.

    Then it is an error if something is `expected` there.
    """

    target: Target | None = None
    label: str = ""
    why: str = ""
    expected: bool = False


def against(target: Target | None) -> Against:
    """A target as a baseline; None where there is no earlier release."""
    return Against(target, target.label) if target else Against()


def last_good(project: Project, target: Target) -> Against:
    """The release that one would go back to from the target; never one of the same model.

    A model is as good as itself, whatever the gates: that would be no comparison.
    """
    there = project.standing(target.model, target.commit)
    withdrawn = there.withdrawn | project.standing(target.model).withdrawn
    others = [release for release in there.reachable if release.object != there.object]
    found = history.last_good(others, target.release or _returned_to(there), withdrawn).release
    return against(Target(found.commit, target.model, found) if found else None)


def _returned_to(there: Standing) -> Release | None:
    """The release that an unreleased commit was rolled back to.

    Without a rollback it comes after all of them, also where it has the model of an older one.
    """
    found = there.current
    last = history.last_rollback(there.records, found.model) if found else None
    return found if found and last and found.name == last.target else None


def of_rules(
    project: Project, model: str, rules: Iterable[Rule], default: Callable[[], Against]
) -> dict[str, Against]:
    """What the rules compare with, by name; `default` finds the last good release."""
    names = {rule.baseline for rule in rules if rule.max_drop is not None}
    found = {LAST_GOOD: default()} if LAST_GOOD in names else {}
    return found | {n: _named(project, model, n) for n in sorted(names - {LAST_GOOD})}


def asked_for(project: Project, target: Target, text: str) -> Against:
    """What a user named as the baseline: that of a rule, or any revision."""
    if text == LAST_GOOD:
        return last_good(project, target)
    try:
        return against(released(project, resolve(project, text, target.model)))
    except MlvcError as error:
        if error.code == Exit.MISSING and _is_environment(project, target.model, text):
            return _named(project, target.model, text)
        raise


def _named(project: Project, model: str, text: str) -> Against:
    """What a rule names: a version or release, else an environment."""
    if parse_query(text).version is not None:
        return _release(project, model, text)
    places = in_use(project.promotions_of(model), model)
    if commit := places.get(text):
        found = released(project, Target(commit, model))
        return Against(found, f"{found.label} ({text})")
    if _is_environment(project, model, text):
        return Against(why=f"nothing is in {text} {'any more' if text in places else 'yet'}")
    why = "nothing was ever put there, and mlvc.environments in params.yaml does not name it"
    return Against(why=f"there is no environment {text}: {why}", expected=True)


def _release(project: Project, model: str, text: str) -> Against:
    try:
        found = resolve(project, text, model)
    except MlvcError as error:
        return Against(why=error.message, expected=True)
    if found.release is None:
        return Against(why=f"{model} has no release {text}", expected=True)
    return against(found)


def _is_environment(project: Project, model: str, text: str) -> bool:
    known = {*USUAL, *project.settings().for_model(model).environments}
    return text in known or any(p.environment == text for p in project.promotions)
