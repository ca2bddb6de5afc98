"""`mlvc gate`: the gates of `params.yaml`, applied to a release."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from mlvc.domain.evaluator import Evaluator
from mlvc.domain.gate import Judgement
from mlvc.domain.release import Release
from mlvc.domain.rule import LAST_GOOD, Rule
from mlvc.domain.verdict import Verdict
from mlvc.errors import Exit, MlvcError
from mlvc.ops.baselines import Against, against, asked_for, last_good, of_rules
from mlvc.ops.judging import Gate
from mlvc.ops.naming import Target, released, resolve
from mlvc.ops.project import Project
from mlvc.ops.scores import committed, evaluator_at, known


@dataclass(frozen=True)
class Terms:
    """On which terms a release is judged.

    `baseline` takes the place of those that the gates name, `with_revision` is whose evaluator
    counts, `environment` whose gates apply; None are those of a release.
    """

    baseline: str | None = None
    with_revision: str = "HEAD"
    environment: str | None = None


AS_USUAL = Terms()


@dataclass(frozen=True)
class Gated:
    """A verdict on one release or commit. `evaluator` names the revision of the evaluator.

    `baselines` are what it was compared with, the last good release first; `hint` is what to run
    where something was never evaluated.
    """

    model: str
    subject: str
    baselines: tuple[str, ...]
    evaluator: str
    judgement: Judgement
    metrics: Mapping[str, float]
    hint: str = ""


def gate_release(
    project: Project, text: str, terms: Terms = AS_USUAL, model: str | None = None
) -> Gated:
    """Judge `text` with the workspace's gates, by the evaluator of a revision.

    Nothing is run: what has no recorded evaluation by that evaluator is an ERROR.
    """
    target = released(project, resolve(project, text, model))
    judge_at = resolve(project, terms.with_revision, target.model)
    rules = _rules(project, target.model, terms.environment)
    before = _before(project, target, rules, terms.baseline)
    metrics: Mapping[str, float] = {}
    found, hint = Judgement(Verdict.NONE, ()), ""
    if rules:
        with _errors_are_verdicts():
            judge = evaluator_at(project, judge_at.commit, target.model, judge_at.label)
            metrics = _metrics(project, target, judge, terms.with_revision)
            found = Gate(project, rules, judge, before).judge(target, metrics)
            if found.verdict == Verdict.ERROR:
                hint = _hint(project, before, judge, terms.with_revision)
    return Gated(
        model=target.model,
        subject=target.label,
        baselines=tuple(dict.fromkeys(one.label for one in before.values() if one.label)),
        evaluator=judge_at.label,
        judgement=found,
        metrics=metrics,
        hint=hint,
    )


def opponents(
    project: Project, text: str, terms: Terms = AS_USUAL, model: str | None = None
) -> tuple[Target, ...]:
    """What `gate_release` would compare with, as far as there is something."""
    target = released(project, resolve(project, text, model))
    rules = _rules(project, target.model, terms.environment)
    before = _before(project, target, rules, terms.baseline).values()
    return tuple({one.target.commit: one.target for one in before if one.target}.values())


def _rules(project: Project, model: str, environment: str | None) -> tuple[Rule, ...]:
    """Those of a release, or of an environment; raises `MlvcError` (USAGE) where it is not set."""
    settings = project.settings().for_model(model)
    if environment is None:
        return settings.rules
    if environment not in settings.environments:
        known = ", ".join(sorted(settings.environments)) or "none"
        raise MlvcError(
            f"params.yaml has no environment {environment!r} for {model}",
            f"Below `mlvc.environments` there is: {known}.",
            Exit.USAGE,
        )
    return settings.environments[environment]


def _before(
    project: Project, target: Target, rules: tuple[Rule, ...], asked: str | None
) -> dict[str, Against]:
    """What the rules compare with, by the names of their baselines."""
    if asked is not None:
        one = asked_for(project, target, asked)
        return {rule.baseline: one for rule in rules} or {asked: one}
    default = partial(last_good, project, target)
    return of_rules(project, target.model, rules, default) or {LAST_GOOD: default()}


@contextmanager
def _errors_are_verdicts() -> Iterator[None]:
    """What keeps a gate from judging ends as its verdict ERROR does."""
    try:
        yield
    except MlvcError as error:
        if error.code == Exit.REFUSED:
            raise MlvcError(error.message, error.hint, Exit.GATE_ERROR) from error
        raise


def _metrics(
    project: Project, target: Target, judge: Evaluator, with_revision: str
) -> Mapping[str, float]:
    metrics = known(project, target.commit, target.model, judge)
    if metrics is None:
        raise MlvcError(
            f"{target.label} has no evaluation by the evaluator of {with_revision}",
            _command(target, with_revision),
            Exit.GATE_ERROR,
        )
    return metrics


def _hint(
    project: Project, before: Mapping[str, Against], judge: Evaluator, with_revision: str
) -> str:
    """How to evaluate what is compared with, where that was never done."""
    for one in before.values():
        if one.target and known(project, one.target.commit, one.target.model, judge) is None:
            return _command(one.target, with_revision)
    return ""


def _command(target: Target, with_revision: str) -> str:
    return f"Evaluate it: `mlvc eval {target.label} --with {with_revision}`."


def gate_head(
    project: Project, model: str, good: Release | None = None
) -> tuple[Judgement, Mapping[str, float]]:
    """The verdict on HEAD by its own committed metrics, for a release about to be made.

    `good` is the last good release, where that is known already.
    """
    rules = project.settings().rules(model)
    try:
        judge = evaluator_at(project, project.repo.head, model, "HEAD")
    except MlvcError:
        if rules:
            raise
        return Judgement(Verdict.NONE, ()), {}
    metrics = committed(project, judge)
    head = released(project, Target(project.repo.head, model))
    plain = against(Target(good.commit, model, good)) if good else None
    before = of_rules(project, model, rules, lambda: plain or last_good(project, head))
    return Gate(project, rules, judge, before).judge(head, metrics), metrics
