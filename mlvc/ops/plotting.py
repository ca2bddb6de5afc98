"""`mlvc plot METRIC`: a metric by release, with all that says what it means. Nothing is run."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from mlvc.domain import gate
from mlvc.domain.rule import Rule
from mlvc.domain.standing import Standing
from mlvc.domain.verdict import Verdict
from mlvc.errors import MlvcError
from mlvc.ops.baselines import last_good
from mlvc.ops.intervals import Intervals
from mlvc.ops.measured import Measured, left_out, listed
from mlvc.ops.naming import Target, released
from mlvc.ops.overlaying import CURVES
from mlvc.ops.plotted import ByRelease, Limit, Point, Turn
from mlvc.ops.project import Project

_Values = tuple[Target, Mapping[str, float]]


def by_release(
    project: Project,
    metric: str,
    names: list[str],
    with_revision: str | None = None,
    model: str | None = None,
) -> ByRelease:
    """A metric of releases: of all, where none is named. Raises `MlvcError` where none has it.

    By the evaluator of `with_revision`, as far as evaluations are recorded; else as each release
    was tagged.
    """
    measured = Measured(project, names, with_revision, model)
    settings = project.settings().for_model(measured.model)
    rules = [rule for rule in settings.rules if rule.name == metric]
    intervals = Intervals(measured, next((r for r in rules if r.score), Rule(metric)))
    values, notes = _values(measured, metric)
    standing = project.standing(measured.model)
    here = released(project, Target(project.repo.head, measured.model))
    baseline = last_good(project, here).target
    points = [
        _point(
            target,
            metrics[metric],
            intervals.of(target, metrics) if settings.evaluation.predictions else None,
            standing,
            baseline,
        )
        for target, metrics in values
    ]
    before = _before(measured, baseline, metric) if with_revision is not None else None
    if baseline and not before and with_revision is not None:
        notes.append(f"no baseline: nobody knows {metric!r} of {baseline.label} by that evaluator")
    return ByRelease(
        model=measured.model,
        metric=metric,
        evaluator=measured.evaluator,
        points=tuple(points),
        baseline=before,
        limits=tuple(_limits(rules, before)),
        turns=tuple(_turns(standing, [target for target, _ in values])),
        notes=(*notes, *intervals.notes()),
    )


def _point(
    target: Target,
    value: float,
    interval: tuple[float, float] | None,
    standing: Standing,
    baseline: Target | None,
) -> Point:
    return Point(
        label=target.short,
        value=value,
        interval=interval,
        verdict=target.release.verdict if target.release else Verdict.NONE,
        current=standing.current is not None and target.name == standing.current.name,
        withdrawn=target.name in standing.withdrawn,
        baseline=baseline is not None and target.name == baseline.name,
    )


def _values(measured: Measured, metric: str) -> tuple[list[_Values], list[str]]:
    """The metrics of the releases that have this one, and what to say of the others."""
    known: list[_Values] = []
    errors, never = [], []
    for target in measured.targets:
        try:
            metrics = measured.metrics(target)
        except MlvcError as error:
            errors.append(error)
        else:
            known += [(target, metrics)] if metrics is not None else []
            never += [target] if metrics is None else []
    errors += [measured.unevaluated(never)] if never else []
    if not known:
        raise errors[0]
    found = [(target, metrics) for target, metrics in known if metric in metrics]
    if not found:
        raise _no_metric(measured, metric, {name for _, metrics in known for name in metrics})
    notes = [left_out(error) for error in errors]
    if without := [target for target, metrics in known if metric not in metrics]:
        notes.append(f"left out: {listed(without)}: there is no metric {metric!r}")
    return found, notes


def _no_metric(measured: Measured, metric: str, there: set[str]) -> MlvcError:
    close = get_close_matches(metric, there, 1)
    guess = f"Did you mean {close[0]}? " if close else ""
    return MlvcError(
        f"{listed(measured.targets)}: there is no metric {metric!r}",
        f"{guess}Metrics: {', '.join(sorted(there)) or 'none'}; curves: {', '.join(CURVES)}.",
    )


def _before(measured: Measured, baseline: Target | None, metric: str) -> Limit | None:
    """The baseline's value, where it is known."""
    try:
        metrics = (measured.metrics(baseline) if baseline else None) or {}
    except MlvcError:
        return None
    value = metrics.get(metric)
    return Limit(f"baseline {baseline.short}", value) if baseline and value is not None else None


def _limits(rules: list[Rule], before: Limit | None) -> Iterator[Limit]:
    for rule in rules:
        for kind, bound in (("min", rule.min), ("max", rule.max)):
            if bound is not None:
                yield Limit(f"gate {kind} {bound!r}", bound)
        if rule.max_drop is not None and before:
            margin = f"{100 * rule.max_drop:.4g} %" if rule.relative else repr(rule.max_drop)
            worst = gate.worst(rule, before.value, rule.max_drop)
            yield Limit(f"gate max_drop {margin}", worst)


def _turns(standing: Standing, shown: list[Target]) -> Iterator[Turn]:
    names = {target.name: target.short for target in shown}
    for record in standing.records:
        if record.origin in names and record.target in names:
            yield Turn(
                origin=names[record.origin],
                target=names[record.target],
                at=record.at,
                reason=record.reason,
                is_forward=record.is_forward,
            )
