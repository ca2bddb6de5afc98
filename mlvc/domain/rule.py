"""A rule on a metric, and what a metric's value is."""

import math
from dataclasses import dataclass
from typing import Literal

from mlvc.domain.margin import Test

Goal = Literal["maximize", "minimize"]
LAST_GOOD = "last-good"


@dataclass(frozen=True)
class Rule:
    """Bounds on one metric, all inclusive.

    `max_drop` is how much worse than the baseline the metric may be, as a share of the baseline's
    value where it is `relative`; `goal` says what is worse. `test` is how noise is told from a
    drop, at this `confidence`, on at least `min_samples` rows, of the metric that is computed from
    predictions as `score`. `slice` is a column of the predictions and the value that its rows have,
    where the rule is about those alone. `baseline` is what `max_drop` compares with: `LAST_GOOD`,
    an environment, or a release.
    """

    metric: str
    min: float | None = None
    max: float | None = None
    max_drop: float | None = None
    goal: Goal = "maximize"
    relative: bool = False
    test: Test = "none"
    confidence: float = 0.95
    min_samples: int = 0
    score: str = ""
    slice: tuple[str, str] | None = None
    baseline: str = LAST_GOOD

    @property
    def name(self) -> str:
        """What it is about: `f1`, or `f1[origin=JFK]`."""
        return f"{self.metric}[{self.slice[0]}={self.slice[1]}]" if self.slice else self.metric

    @property
    def is_tested(self) -> bool:
        """Whether predictions are compared, row by row."""
        return self.max_drop is not None and self.test != "none"

    @property
    def computed(self) -> str:
        """The name by which the metric is computed from predictions."""
        return self.score or self.metric


@dataclass(frozen=True)
class Unknown:
    """In the place of a value: why there is none."""

    why: str


def finite(value: object) -> float | None:
    """`value`, if it is a finite number; a bool or a text is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
