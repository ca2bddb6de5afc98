"""Gates: rules on metrics, and what they answer.

A rule never passes by accident: what is not a finite number is an ERROR, never a PASS.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mlvc.domain.margin import Drop, Undecided
from mlvc.domain.rule import Rule, Unknown, finite
from mlvc.domain.verdict import Verdict, overall
from mlvc.domain.wording import counted

Drops = Mapping[Rule, Drop | Undecided]
"""What was found for the rules that are tested."""


@dataclass(frozen=True)
class Finding:
    """The answer of one bound. `limit` is the lowest or highest value that would have passed.

    `drop` is what a test found.
    """

    metric: str
    rule_text: str
    verdict: Verdict
    value: float | None
    limit: float | None
    explanation: str
    drop: Drop | None = None


@dataclass(frozen=True)
class Judgement:
    """The answer of a gate and the findings it rests on."""

    verdict: Verdict
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Baseline:
    """What is compared with. `metrics` is None where there is no evaluation of it.

    That is an ERROR for `max_drop`, unless none is `expected`, as for the first release; `why` says
    so where it is not for the usual reason. `drops` are of the rules with a test.
    """

    metrics: Mapping[str, object] | None = None
    name: str = "the baseline"
    expected: bool = True
    drops: Drops = field(default_factory=dict)
    why: str = ""


def judge(rules: Iterable[Rule], metrics: Mapping[str, object], baseline: Baseline) -> Judgement:
    """Apply `rules` to `metrics`, one finding for each bound."""
    findings = tuple(f for rule in rules for f in _findings(rule, metrics, baseline))
    return Judgement(overall(f.verdict for f in findings), findings)


def _findings(rule: Rule, metrics: Mapping[str, object], baseline: Baseline) -> Iterator[Finding]:
    value = finite(metrics.get(rule.name))
    bounds: tuple[tuple[str, float | None], ...] = (
        ("min", rule.min),
        ("max", rule.max),
        ("max_drop", rule.max_drop),
    )
    for kind, bound in bounds:
        if bound is None:
            continue
        text = f"{rule.name} {kind} {bound!r}" if kind != "max_drop" else _drop_text(rule, bound)
        if value is None:
            yield _error(rule, text, None, _odd(rule.name, metrics))
        elif not math.isfinite(bound):
            yield _error(rule, text, value, f"the threshold of {rule.name} is {bound}")
        elif kind == "max_drop":
            yield _compare(rule, text, value, bound, baseline)
        else:
            yield _bound(rule, text, value, bound, kind == "min")


def _bound(rule: Rule, text: str, value: float, limit: float, is_lower: bool) -> Finding:
    good = value >= limit if is_lower else value <= limit
    relation = "at least" if is_lower else "at most"
    says = f"{rule.name} is {value!r}, {'' if good else 'not '}{relation} {limit!r}"
    return Finding(rule.name, text, _passed(good), value, limit, says)


def _compare(rule: Rule, text: str, value: float, margin: float, baseline: Baseline) -> Finding:
    """The finding of `max_drop`."""
    if baseline.metrics is None:
        if baseline.expected:
            unknown = f"{baseline.name} has no evaluation by the same evaluator to compare with"
            says = f"{rule.name} is {value!r}, but {baseline.why or unknown}"
            return _error(rule, text, value, says)
        first = f"there is no earlier release to compare {rule.name} with"
        says = f"not applicable: {baseline.why or first}"
        return Finding(rule.name, text, Verdict.NONE, value, None, says)
    before = finite(baseline.metrics.get(rule.name))
    if before is None:
        says = f"in {baseline.name}, {_odd(rule.name, baseline.metrics)}"
        return _error(rule, text, value, says)
    if rule.is_tested:
        return _tested(rule, text, (value, before), margin, baseline)
    limit = worst(rule, before, margin)
    good = value >= limit if rule.goal == "maximize" else value <= limit
    says = (
        f"{rule.name} is {value!r}, in {baseline.name} {before!r}:"
        f" {'within' if good else 'beyond'} the limit {limit!r}"
    )
    return Finding(rule.name, text, _passed(good), value, limit, says)


def _tested(
    rule: Rule, text: str, values: tuple[float, float], margin: float, baseline: Baseline
) -> Finding:
    """The finding of `max_drop` where noise is told from a drop."""
    value, before = values
    found = baseline.drops.get(rule, Undecided(Verdict.ERROR, "it was not tested"))
    says = f"{rule.name} is {value!r}, in {baseline.name} {before!r}: "
    if isinstance(found, Undecided):
        return Finding(rule.name, text, found.verdict, value, None, says + found.why)
    if found.rows < rule.min_samples:
        few = f"only {counted(found.rows, 'row')}, and {rule.min_samples:,} are asked for"
        return Finding(rule.name, text, Verdict.INCONCLUSIVE, value, None, says + few, found)
    verdict, why = found.verdict(margin), found.explained(margin)
    return Finding(rule.name, text, verdict, value, None, f"{says}{why}", found)


def worst(rule: Rule, before: float, margin: float) -> float:
    """The value that is just not beyond the margin from the baseline's."""
    sign = -1 if rule.goal == "maximize" else 1
    return _add(before, sign * margin * (abs(before) if rule.relative else 1))


def _add(one: float, other: float) -> float:
    """The sum a human reads: 0.3 - 0.1 is 0.2 here, which it is not in binary."""
    from decimal import Decimal  # only a comparison needs it

    return float(Decimal(repr(one)) + Decimal(repr(other)))


def _odd(metric: str, metrics: Mapping[str, object]) -> str:
    if metric not in metrics:
        return f"{metric} is missing"
    if isinstance(value := metrics[metric], Unknown):
        return f"{metric} is not known: {value.why}"
    return f"{metric} is {str(value)[:40]!r}, not a finite number"


def _drop_text(rule: Rule, bound: float) -> str:
    margin = f"{100 * bound:.4g} %" if rule.relative else repr(bound)
    how = rule.goal if rule.test == "none" else f"{rule.goal}, {rule.test}"
    return f"{rule.name} max_drop {margin} ({how})"


def _passed(good: bool) -> Verdict:
    return Verdict.PASS if good else Verdict.FAIL


def _error(rule: Rule, text: str, value: float | None, says: str) -> Finding:
    return Finding(rule.name, text, Verdict.ERROR, value, None, says)
