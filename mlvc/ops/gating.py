"""`mlvc gate`: the gates of `params.yaml`, applied to a release."""

from collections.abc import Mapping
from dataclasses import dataclass

from mlvc.domain import gate, history
from mlvc.domain.evaluator import Evaluator
from mlvc.domain.gate import Judgement
from mlvc.errors import Exit, MlvcError
from mlvc.ops.naming import Target, released, resolve
from mlvc.ops.project import Project
from mlvc.ops.scores import committed, evaluator_at, known


@dataclass(frozen=True)
class Gated:
    """A verdict on one release or commit. `evaluator` names the revision of the evaluator."""

    model: str
    subject: str
    baseline: str | None
    evaluator: str
    judgement: Judgement
    metrics: Mapping[str, float]


def gate_release(
    project: Project, text: str, baseline: str | None = None, with_revision: str = "HEAD"
) -> Gated:
    """Judge `text` with the workspace's gates, by the evaluator of `with_revision`.

    Nothing is run: what has no recorded evaluation by that evaluator is an ERROR.
    """
    target = released(project, resolve(project, text))
    judge_at = resolve(project, with_revision, target.model)
    judge = evaluator_at(project, judge_at.commit, target.model, judge_at.label)
    against = _baseline(project, target, baseline)
    metrics = known(project, target.commit, target.model, judge)
    found = judgement(project, target.model, metrics, judge, against)
    if metrics is None and found.findings:
        raise unknown(target, with_revision)
    return Gated(
        model=target.model,
        subject=target.label,
        baseline=against.label if against else None,
        evaluator=judge_at.label,
        judgement=found,
        metrics=metrics or {},
    )


def unknown(target: Target, with_revision: str) -> MlvcError:
    """The error for a release that was never evaluated by this evaluator."""
    return MlvcError(
        f"{target.label} has no evaluation by the evaluator of {with_revision}",
        f"Evaluate it: `mlvc eval {target.label} --with {with_revision}`.",
        Exit.GATE_ERROR,
    )


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
        return Judgement(gate.Verdict.NONE, ()), {}
    metrics = committed(project, judge)
    return judgement(project, model, metrics, judge, against), metrics


def judgement(
    project: Project,
    model: str,
    metrics: Mapping[str, float] | None,
    judge: Evaluator,
    against: Target | None,
) -> Judgement:
    """Apply the workspace's rules; the baseline is judged by the same evaluator."""
    rules = project.settings().rules(model)
    compares = any(rule.max_drop is not None for rule in rules)
    before = known(project, against.commit, model, judge) if against and compares else None
    return gate.judge(
        rules,
        metrics or {},
        before,
        baseline_name=against.label if against else "",
        baseline_expected=against is not None,
    )


def _baseline(project: Project, target: Target, text: str | None) -> Target | None:
    """The named baseline, else the release that one would go back to."""
    if text is not None:
        return released(project, resolve(project, text, target.model))
    standing = project.standing(target.model)
    current = target.release or standing.current
    found = history.last_good(standing.reachable, current, standing.withdrawn).release
    return Target(found.commit, target.model, found) if found else None
