"""How much worse one model is than another on the same rows, with an interval.

The rows are drawn again and again, each time the same for both models (Efron and Tibshirani, An
Introduction to the Bootstrap, 1993, chapter 8 and 13: the percentile interval). Where a metric
depends on counts alone, the counts are drawn, which is the same thing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mlvc.metrics import scores
from mlvc.metrics.formulas import Averaged, Counted, Ranked
from mlvc.metrics.predictions import Array, Predictions, aligned

DRAWS = 2000
_SEED = 20130101  # one and the same: equal tables have equal intervals
_CELLS = 4_000_000  # of a block of weights: 32 MB


@dataclass(frozen=True)
class Paired:
    """Two values of a metric, on the same `rows`, and the values of both in every draw."""

    one: float
    other: float
    rows: int
    ones: Array
    others: Array

    def interval(self, confidence: float, *, relative: bool = False) -> tuple[float, float]:
        """Of `one - other`, or of that as a share of `other`: its ends, with this confidence."""
        found = self.ones - self.others
        if relative:
            found = found / np.abs(self.others)
        tail = (1 - confidence) / 2
        low, high = np.quantile(found, [tail, 1 - tail])
        return float(low), float(high)


def paired(name: str, one: Predictions, other: Predictions, draws: int = DRAWS) -> Paired:
    """Both models' metric, and how it varies with the rows. Raises `MlvcError`."""
    one, other = aligned(one, other)
    wanted = scores.metric(name)
    values = (scores.score(name, one), scores.score(name, other))
    if isinstance(wanted, Counted):
        drawn = _counted(wanted, one, other, draws)
    elif isinstance(wanted, Averaged):
        drawn = _averaged(wanted, one, other, draws)
    else:
        drawn = _ranked(wanted, one, other, draws)
    return Paired(*values, len(one), *drawn)


def _counted(
    wanted: Counted, one: Predictions, other: Predictions, draws: int
) -> tuple[Array, Array]:
    first, second = scores.labels(one), scores.labels(other)
    classes = np.unique(np.concatenate([one.truth, first, second]))
    size = len(classes)
    codes = [np.searchsorted(classes, column) for column in (one.truth, first, second)]
    cells, counts = np.unique((codes[0] * size + codes[1]) * size + codes[2], return_counts=True)
    drawn = np.random.default_rng(_SEED).multinomial(len(one), counts / len(one), size=draws)
    truth, first, second = cells // size**2, cells // size % size, cells % size
    at = scores.place(classes, one)
    return (
        wanted.of(_matrices(drawn, truth, first, size), at),
        wanted.of(_matrices(drawn, truth, second, size), at),
    )


def _matrices(drawn: Array, truth: Array, predicted: Array, size: int) -> Array:
    matrices = np.zeros((len(drawn), size * size), dtype=np.int64)
    for column, cell in enumerate(truth * size + predicted):
        matrices[:, cell] += drawn[:, column]
    return matrices.reshape(-1, size, size)


def _averaged(
    wanted: Averaged, one: Predictions, other: Predictions, draws: int
) -> tuple[Array, Array]:
    losses = np.stack([wanted.loss(one), wanted.loss(other)])
    means = np.concatenate([losses @ weights.T for weights in _weights(len(one), draws)], axis=1)
    first, second = means / len(one)
    return wanted.of(first), wanted.of(second)


def _ranked(
    wanted: Ranked, one: Predictions, other: Predictions, draws: int
) -> tuple[Array, Array]:
    found: tuple[list[Array], list[Array]] = ([], [])
    orders = [scores.order(one), scores.order(other)]
    positive = one.truth == one.positive
    for weights in _weights(len(one), draws):
        for values, (rows, ends) in zip(found, orders, strict=True):
            values.append(wanted.of(weights[:, rows], positive[rows], ends))
    return np.concatenate(found[0]), np.concatenate(found[1])


def _weights(rows: int, draws: int) -> Iterator[Array]:
    """How often each row is drawn, a block of draws at a time."""
    source = np.random.default_rng(_SEED)
    block = max(1, _CELLS // rows)
    for begin in range(0, draws, block):
        taken = source.integers(rows, size=(min(block, draws - begin), rows))
        yield np.stack([np.bincount(draw, minlength=rows) for draw in taken]).astype(np.float64)
