"""Gates: rules on metrics, and what they answer.

A rule never passes by accident: what is not a finite number is an ERROR, never a PASS.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Goal = Literal["maximize", "minimize"]


class Verdict(StrEnum):
    """What a gate answers; NONE where no gate applies."""

    PASS = "PASS"  # noqa: S105 - no password
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    ERROR = "ERROR"
    NONE = "NONE"


# The gravest first: only FAIL ever rolls back by itself, so no error may hide one.
_GRAVITY = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.PASS)


@dataclass(frozen=True)
class Rule:
    """Bounds on one metric, all inclusive.

    `max_drop` is how much worse than the baseline the metric may be; `goal` says what is worse.
    """

    metric: str
    min: float | None = None
    max: float | None = None
    max_drop: float | None = None
    goal: Goal = "maximize"


@dataclass(frozen=True)
class Finding:
    """The answer of one bound. `limit` is the lowest or highest value that would have passed."""

    metric: str
    rule_text: str
    verdict: Verdict
    value: float | None
    limit: float | None
    explanation: str


@dataclass(frozen=True)
class Judgement:
    """The answer of a gate and the findings it rests on."""

    verdict: Verdict
    findings: tuple[Finding, ...]


def judge(
    rules: Iterable[Rule],
    metrics: Mapping[str, object],
    baseline: Mapping[str, object] | None,
    baseline_name: str = "",
    baseline_expected: bool = True,
) -> Judgement:
    """Apply `rules` to `metrics`, one finding for each bound.

    `baseline` is None where there is no evaluation to compare with: an ERROR for `max_drop`,
    unless `baseline_expected` is False because this is the first release.
    """
    comparison = _Baseline(baseline, baseline_name or "the baseline", baseline_expected)
    findings = tuple(f for rule in rules for f in _findings(rule, metrics, comparison))
    return Judgement(overall(f.verdict for f in findings), findings)


def overall(verdicts: Iterable[Verdict]) -> Verdict:
    """The gravest verdict; NONE where none applies."""
    given = set(verdicts)
    return next((v for v in _GRAVITY if v in given), Verdict.NONE)


def finite(value: object) -> float | None:
    """`value`, if it is a finite number; a bool or a text is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


@dataclass(frozen=True)
class _Baseline:
    metrics: Mapping[str, object] | None
    name: str
    expected: bool


def _findings(rule: Rule, metrics: Mapping[str, object], baseline: _Baseline) -> Iterator[Finding]:
    value = finite(metrics.get(rule.metric))
    bounds: tuple[tuple[str, float | None], ...] = (
        ("min", rule.min),
        ("max", rule.max),
        ("max_drop", rule.max_drop),
    )
    for kind, bound in bounds:
        if bound is None:
            continue
        text = f"{rule.metric} {kind} {bound!r}" if kind != "max_drop" else _drop_text(rule, bound)
        if value is None:
            yield _error(rule, text, None, _odd(rule.metric, metrics))
        elif not math.isfinite(bound):
            yield _error(rule, text, value, f"the threshold of {rule.metric} is {bound}")
        elif kind == "max_drop":
            yield _compare(rule, text, value, bound, baseline)
        else:
            yield _bound(rule, text, value, bound, kind == "min")


def _bound(rule: Rule, text: str, value: float, limit: float, is_lower: bool) -> Finding:
    good = value >= limit if is_lower else value <= limit
    relation = "at least" if is_lower else "at most"
    says = f"{rule.metric} is {value!r}, {'' if good else 'not '}{relation} {limit!r}"
    return Finding(rule.metric, text, _passed(good), value, limit, says)


def _compare(rule: Rule, text: str, value: float, margin: float, baseline: _Baseline) -> Finding:
    """The finding of `max_drop`."""
    if baseline.metrics is None:
        if baseline.expected:
            says = f"{baseline.name} has no evaluation by the same evaluator to compare with"
            return _error(rule, text, value, f"{rule.metric} is {value!r}, but {says}")
        says = f"not applicable: there is no earlier release to compare {rule.metric} with"
        return Finding(rule.metric, text, Verdict.NONE, value, None, says)
    before = finite(baseline.metrics.get(rule.metric))
    if before is None:
        says = f"in {baseline.name}, {_odd(rule.metric, baseline.metrics)}"
        return _error(rule, text, value, says)
    sign = -1 if rule.goal == "maximize" else 1
    limit = _add(before, sign * margin)
    good = value >= limit if sign < 0 else value <= limit
    says = (
        f"{rule.metric} is {value!r}, in {baseline.name} {before!r}:"
        f" {'within' if good else 'beyond'} the limit {limit!r}"
    )
    return Finding(rule.metric, text, _passed(good), value, limit, says)


def _add(one: float, other: float) -> float:
    """The sum a human reads: 0.3 - 0.1 is 0.2 here, which it is not in binary."""
    from decimal import Decimal  # only a comparison needs it

    return float(Decimal(repr(one)) + Decimal(repr(other)))


def _odd(metric: str, metrics: Mapping[str, object]) -> str:
    if metric not in metrics:
        return f"{metric} is missing"
    return f"{metric} is {str(metrics[metric])[:40]!r}, not a finite number"


def _drop_text(rule: Rule, bound: float) -> str:
    return f"{rule.metric} max_drop {bound!r} ({rule.goal})"


def _passed(good: bool) -> Verdict:
    return Verdict.PASS if good else Verdict.FAIL


def _error(rule: Rule, text: str, value: float | None, says: str) -> Finding:
    return Finding(rule.metric, text, Verdict.ERROR, value, None, says)
