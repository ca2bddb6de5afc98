"""How much less accurate one model is than another on the same rows: McNemar's test, turned around.

The interval holds every difference that the score test does not refuse; at no difference that test
is McNemar's (Tango, Equivalence test and confidence interval for the difference in proportions for
the paired-sample design, Statistics in Medicine 17, 1998).
"""

from collections.abc import Callable
from math import sqrt
from statistics import NormalDist

import numpy as np

from mlvc.metrics.predictions import Predictions, aligned, labels

_STEPS = 60  # of halving: beyond the precision of a double


def matched(one: Predictions, other: Predictions, confidence: float) -> tuple[float, float]:
    """The ends of the interval of the accuracy of `one` less that of `other`.

    Raises `MlvcError` where there are no labels, or not the same rows.
    """
    one, other = aligned(one, other)
    right, wrong = labels(one) == one.truth, labels(other) == other.truth
    gained = int(np.count_nonzero(right & ~wrong))
    lost = int(np.count_nonzero(~right & wrong))
    return interval(gained, lost, len(one), confidence)


def interval(gained: int, lost: int, rows: int, confidence: float) -> tuple[float, float]:
    """Of the share of rows gained less that of rows lost, of `rows` in all."""
    limit = NormalDist().inv_cdf(0.5 + confidence / 2)
    found = (gained - lost) / rows

    def statistic(difference: float) -> float:
        return _score(gained, lost, rows, difference)

    low = _where(lambda d: statistic(d) > limit, -1.0, found)
    high = _where(lambda d: statistic(d) >= -limit, found, 1.0)
    return low, high


def _where(holds: Callable[[float], bool], low: float, high: float) -> float:
    """Up to where something holds that holds below."""
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low if high == 1.0 and holds(1.0) else (low + high) / 2


def _score(gained: int, lost: int, rows: int, difference: float) -> float:
    """Tango's statistic; it falls as the difference grows."""
    b = -gained - lost + (2 * rows - gained + lost) * difference
    c = -lost * difference * (1 - difference)
    chance = (sqrt(max(0.0, b * b - 8 * rows * c)) - b) / (4 * rows)
    spread = rows * (2 * chance + difference * (1 - difference))
    above = gained - lost - rows * difference
    if spread <= 0:
        return float(np.sign(above)) * float("inf") if above else 0.0
    return above / sqrt(spread)
