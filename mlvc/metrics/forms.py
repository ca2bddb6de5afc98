"""What a metric depends on: counts of labels, means of losses, ranks, or a place among numbers.

So a resampling of the rows can compute thousands of values at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mlvc.metrics.predictions import Array, Predictions

Matrix = Array
"""Confusion matrices, `(..., classes, classes)`: rows are true, columns predicted."""


@dataclass(frozen=True)
class Counted:
    """A metric of confusion matrices; the function gets them and the place of the positive.

    That is None where no label was named and there are more than two.
    """

    of: Callable[[Matrix, int | None], Array]


@dataclass(frozen=True)
class Averaged:
    """A metric that is a function of means over rows, or over groups of them.

    `loss` gives one loss a row, `(rows,)`, or several of them, `(losses, rows)`; `of` gets their
    means, `(draws,)` or `(losses, draws)`.
    """

    loss: Callable[[Predictions], Array]
    of: Callable[[Array], Array] = lambda mean: mean


@dataclass(frozen=True)
class Ranked:
    """A metric of the order of scores; the function gets weights `(..., rows)` by falling score.

    Beside them whether each row is positive, and the ends of runs of equal scores.
    """

    of: Callable[[Array, Array, Array], Array]


@dataclass(frozen=True)
class Percentile:
    """The number below which this share of a column lies, between two rows in proportion."""

    column: Callable[[Predictions], Array]
    share: float


Metric = Counted | Averaged | Ranked | Percentile


def ratio(above: Array, below: Array, nothing: float = 0.0) -> Array:
    """The quotient, and `nothing` where there is nothing to divide by: 0 as scikit-learn has it."""
    empty = np.full(np.shape(above), nothing)
    return np.asarray(np.divide(above, below, out=empty, where=np.asarray(below) != 0))
