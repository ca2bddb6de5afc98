"""Telling noise from a drop: both models' predictions on the same rows, for rules with a test."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlvc.domain.evaluator import Evaluator
from mlvc.domain.gate import Drops
from mlvc.domain.margin import Drop, Undecided, corrected
from mlvc.domain.rule import Rule, Unknown, finite
from mlvc.domain.verdict import Verdict
from mlvc.errors import MlvcError
from mlvc.ops.naming import Target
from mlvc.ops.predicting import Tables
from mlvc.ops.project import Project

if TYPE_CHECKING:
    from mlvc.metrics import Paired, Predictions

_CONFIDENCE = 0.95
_FEWER = 1000  # draws: nothing is decided by the last digit of what is only shown
_TOLERANCE = 1e-3  # metrics are written with three digits at least

Metrics = Mapping[str, object]
Side = tuple[Target, Metrics]


def slices(rules: Iterable[Rule], tables: Tables, target: Target) -> dict[str, float | Unknown]:
    """The metrics that rules ask for of some rows alone, by `Rule.name`, or why none is known."""
    sliced = [rule for rule in rules if rule.slice]
    if not sliced:
        return {}
    try:
        table = tables.of(target)
    except MlvcError as error:
        return {rule.name: Unknown(error.message) for rule in sliced}
    return {rule.name: _sliced(rule, table) for rule in sliced}


def _sliced(rule: Rule, table: "Predictions") -> float | Unknown:
    from mlvc.metrics import score

    try:
        return score(rule.computed, table.where(*rule.slice) if rule.slice else table)
    except MlvcError as error:
        return Unknown(error.message)


def drops(
    rules: Iterable[Rule],
    tables: Tables,
    candidate: Side,
    baseline: Side,
    tests: int,
) -> Drops:
    """What is found for the rules with a test. What cannot be compared is undecided, and says why.

    `tests` is for how many in the whole verdict the confidence is corrected.
    Both sides come with the metrics by the same evaluator: what is computed from predictions has
    to agree with them, or it is another metric than the one that is judged.
    """
    tested = [rule for rule in rules if rule.is_tested]
    if not tested:
        return {}
    try:
        sides = _Sides.read(tables, candidate, baseline)
    except MlvcError as error:
        return dict.fromkeys(tested, _undecided(error))
    return {rule: _drop_or_why(rule, tests, sides) for rule in tested}


@dataclass(frozen=True)
class _Sides:
    """The candidate's predictions and the baseline's, and the metrics that each was given."""

    candidate: "Predictions"
    baseline: "Predictions"
    metrics: Metrics
    before: Metrics

    @classmethod
    def read(cls, tables: Tables, one: Side, other: Side) -> "_Sides":
        """Of these; raises `MlvcError` where predictions are not known."""
        return cls(tables.of(one[0]), tables.of(other[0]), one[1], other[1])

    def of(self, rule: Rule) -> "_Sides":
        """Of those rows alone that the rule is about."""
        if rule.slice is None:
            return self
        one, other = (table.where(*rule.slice) for table in (self.candidate, self.baseline))
        return _Sides(one, other, self.metrics, self.before)


def intervals(
    project: Project, judge: Evaluator, old: Side, new: Side
) -> tuple[dict[str, tuple[float, float]], str]:
    """What chance makes of each difference, `new` less `old`: its interval at 95 %, by metric.

    Only for metrics that can be computed from predictions, where settings say where these are. The
    second value is why there are none, where there should be.
    """
    if project.settings().for_model(new[0].model).evaluation.predictions is None:
        return {}, ""
    try:
        sides = _Sides.read(Tables(project, judge), new, old)
    except MlvcError as error:
        return {}, error.message
    found = {name: _interval(name, sides) for name in new[1].keys() & old[1].keys()}
    return {name: ends for name, ends in found.items() if ends}, ""


def _interval(name: str, sides: _Sides) -> tuple[float, float] | None:
    try:
        both = _compared(Rule(name), sides, _FEWER)
    except MlvcError:
        return None  # no metric that is computed from predictions, or not from these
    return None if isinstance(both, str) else both.interval(_CONFIDENCE)


def _compared(rule: Rule, sides: _Sides, draws: int) -> "Paired | str":
    """Both computed from predictions; or why that is not about the metrics that were written."""
    from mlvc.metrics import paired

    both = paired(rule.computed, sides.candidate, sides.baseline, draws)
    return disagreement(rule, both.one, sides.metrics) or (
        disagreement(rule, both.other, sides.before) or both
    )


def _drop_or_why(rule: Rule, tests: int, sides: _Sides) -> Drop | Undecided:
    from mlvc.metrics import NotAlike

    try:
        return _drop(rule, tests, sides.of(rule))
    except NotAlike as error:
        return Undecided(Verdict.INCONCLUSIVE, f"nothing is told: {error.message}")
    except MlvcError as error:
        return _undecided(error)


def _undecided(error: MlvcError) -> Undecided:
    return Undecided(Verdict.ERROR, f"nothing can be told: {error.message}. {error.hint}".strip())


def _drop(rule: Rule, tests: int, sides: _Sides) -> Drop | Undecided:
    from mlvc.metrics import DRAWS, matched

    both = _compared(rule, sides, DRAWS)
    if isinstance(both, str):
        return Undecided(Verdict.ERROR, both)
    confidence = corrected(rule.confidence, tests)
    if rule.test == "mcnemar":
        ends = matched(sides.candidate, sides.baseline, confidence)
    else:
        ends = both.interval(confidence, relative=rule.relative)
    gain = both.one - both.other
    if rule.relative:
        gain /= abs(both.other)
    # Worse is a lower value, or a higher one.
    low, high = ends if rule.goal == "minimize" else (-ends[1], -ends[0])
    drop = gain if rule.goal == "minimize" else -gain
    return Drop(drop, low, high, confidence, both.rows, tests, rule.relative)


def disagreement(rule: Rule, computed: float, metrics: Metrics) -> str:
    """Why a value that was computed from predictions is not the metric; empty where it is."""
    written = finite(metrics.get(rule.name))
    if written is not None and abs(written - computed) > _TOLERANCE * max(1.0, abs(written)):
        return (
            f"the predictions give {rule.computed} {computed:.6g}, and the metrics say"
            f" {written:.6g}: it is another metric, or another run"
        )
    return ""
