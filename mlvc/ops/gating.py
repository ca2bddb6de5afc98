"""`mlvc gate`: the gates of `params.yaml`, applied to a release."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from mlvc.domain import gate, history
from mlvc.domain.evaluator import Evaluator
from mlvc.domain.gate import Baseline, Judgement
from mlvc.domain.verdict import Verdict
from mlvc.errors import Exit, MlvcError
from mlvc.ops.naming import Target, released, resolve
from mlvc.ops.predicting import Tables
from mlvc.ops.project import Project
from mlvc.ops.scores import committed, evaluator_at, known
from mlvc.ops.testing import drops, slices


@dataclass(frozen=True)
class Gated:
    """A verdict on one release or commit. `evaluator` names the revision of the evaluator.

    `hint` is what to run where something was never evaluated.
    """

    model: str
    subject: str
    baseline: str | None
    evaluator: str
    judgement: Judgement
    metrics: Mapping[str, float]
    hint: str = ""


def gate_release(
    project: Project,
    text: str,
    baseline: str | None = None,
    with_revision: str = "HEAD",
    model: str | None = None,
) -> Gated:
    """Judge `text` with the workspace's gates, by the evaluator of `with_revision`.

    Nothing is run: what has no recorded evaluation by that evaluator is an ERROR.
    """
    target = released(project, resolve(project, text, model))
    judge_at = resolve(project, with_revision, target.model)
    against = baseline_of(project, target, baseline)
    rules = project.settings().rules(target.model)
    metrics: Mapping[str, float] = {}
    found, hint = Judgement(Verdict.NONE, ()), ""
    if rules:
        with _errors_are_verdicts():
            judge = evaluator_at(project, judge_at.commit, target.model, judge_at.label)
            metrics = _metrics(project, target, judge, with_revision)
            found = judgement(project, target, metrics, judge, against)
            if against and found.verdict == Verdict.ERROR:
                hint = _hint(project, against, judge, with_revision)
    return Gated(
        model=target.model,
        subject=target.label,
        baseline=against.label if against else None,
        evaluator=judge_at.label,
        judgement=found,
        metrics=metrics,
        hint=hint,
    )


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


def _hint(project: Project, against: Target, judge: Evaluator, with_revision: str) -> str:
    unknown = known(project, against.commit, against.model, judge) is None
    return _command(against, with_revision) if unknown else ""


def _command(target: Target, with_revision: str) -> str:
    return f"Evaluate it: `mlvc eval {target.label} --with {with_revision}`."


def gate_head(
    project: Project, model: str, against: Target | None
) -> tuple[Judgement, Mapping[str, float]]:
    """The verdict on HEAD by its own committed metrics, for a release about to be made."""
    rules = project.settings().rules(model)
    try:
        judge = evaluator_at(project, project.repo.head, model, "HEAD")
    except MlvcError:
        if rules:
            raise
        return Judgement(Verdict.NONE, ()), {}
    metrics = committed(project, judge)
    head = Target(project.repo.head, model)
    return judgement(project, head, metrics, judge, against), metrics


def judgement(
    project: Project,
    target: Target,
    metrics: Mapping[str, float],
    judge: Evaluator,
    against: Target | None,
) -> Judgement:
    """Apply the workspace's rules; the baseline is judged by the same evaluator."""
    rules = project.settings().rules(target.model)
    compares = any(rule.max_drop is not None for rule in rules)
    before = known(project, against.commit, against.model, judge) if against and compares else None
    tables = Tables(project, judge)
    values = {**metrics, **slices(rules, tables, target)}
    if against is None:
        return gate.judge(rules, values, Baseline(expected=False))
    if before is None:
        return gate.judge(rules, values, Baseline(name=against.label))
    past = {**before, **slices(rules, tables, against)}
    found = drops(rules, tables, (target, values), (against, past))
    return gate.judge(rules, values, Baseline(past, against.label, drops=found))


def baseline_of(project: Project, target: Target, text: str | None = None) -> Target | None:
    """The named baseline, else the release that one would go back to from the target."""
    if text is not None:
        return released(project, resolve(project, text, target.model))
    there = project.standing(target.model, target.commit)
    withdrawn = there.withdrawn | project.standing(target.model).withdrawn
    found = history.last_good(there.reachable, target.release or there.current, withdrawn).release
    return Target(found.commit, target.model, found) if found else None
