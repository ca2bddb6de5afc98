"""The formulas of metrics, by the names that are usual for them.

A metric is said to depend on counts of labels, on means of losses or on ranks: so a resampling can
compute thousands of values at once. Each gives what scikit-learn gives.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from mlvc.errors import MlvcError
from mlvc.metrics.predictions import Array, Predictions

_CLIP = 1e-15
Matrix = Array
"""Confusion matrices, `(..., classes, classes)`: rows are true, columns predicted."""


@dataclass(frozen=True)
class Counted:
    """A metric of confusion matrices; the function gets them and the place of the positive."""

    of: Callable[[Matrix, int], Array]


@dataclass(frozen=True)
class Averaged:
    """A metric that is a function of the mean over rows of a loss."""

    loss: Callable[[Predictions], Array]
    of: Callable[[Array], Array] = lambda mean: mean


@dataclass(frozen=True)
class Ranked:
    """A metric of the order of scores; the function gets weights `(..., rows)` by falling score.

    Beside them whether each row is positive, and the ends of runs of equal scores.
    """

    of: Callable[[Array, Array, Array], Array]


Metric = Counted | Averaged | Ranked


def _ratio(above: Array, below: Array) -> Array:
    """0 where there is nothing to divide by, as scikit-learn has it."""
    return np.divide(above, below, out=np.zeros(np.shape(above)), where=np.asarray(below) != 0)


def _parts(matrix: Matrix) -> tuple[Array, Array, Array]:
    """By class: how many are right, how many were predicted, how many there are."""
    hits = np.diagonal(matrix, axis1=-2, axis2=-1).astype(np.float64)
    return hits, matrix.sum(-2).astype(np.float64), matrix.sum(-1).astype(np.float64)


def _precision(matrix: Matrix) -> Array:
    hits, predicted, _ = _parts(matrix)
    return _ratio(hits, predicted)


def _recall(matrix: Matrix) -> Array:
    hits, _, there = _parts(matrix)
    return _ratio(hits, there)


def _f1(matrix: Matrix) -> Array:
    hits, predicted, there = _parts(matrix)
    return _ratio(2 * hits, predicted + there)


def _accuracy(matrix: Matrix, _positive: int) -> Array:
    hits, _, there = _parts(matrix)
    return _ratio(hits.sum(-1), there.sum(-1))


def _averages(name: str, each: Callable[[Matrix], Array]) -> dict[str, Metric]:
    """The metric of the positive class, and its averages over all that are there."""

    def binary(matrix: Matrix, positive: int) -> Array:
        return each(matrix)[..., positive]

    def macro(matrix: Matrix, _positive: int) -> Array:
        _, predicted, there = _parts(matrix)
        seen = (predicted + there) > 0
        return _ratio((each(matrix) * seen).sum(-1), seen.sum(-1).astype(np.float64))

    def weighted(matrix: Matrix, _positive: int) -> Array:
        _, _, there = _parts(matrix)
        return _ratio((each(matrix) * there).sum(-1), there.sum(-1))

    return {
        name: Counted(binary),
        f"{name}_macro": Counted(macro),
        f"{name}_weighted": Counted(weighted),
        f"{name}_micro": Counted(_accuracy),  # one label a row: all of them are the same
    }


def _labels_of(table: Predictions) -> tuple[Array, Array]:
    return table.truth == table.positive, scores(table)


def _log_loss(table: Predictions) -> Array:
    positive, score = _labels_of(table)
    chance = np.clip(np.where(positive, score, 1 - score), _CLIP, 1)
    return np.asarray(-np.log(chance))


def _brier(table: Predictions) -> Array:
    positive, score = _labels_of(table)
    return np.asarray((score - positive) ** 2)


def _error(table: Predictions) -> Array:
    if table.predicted is None or table.truth.dtype.kind != "f":
        raise MlvcError("an error needs numbers, true and predicted ones", "Name their columns.")
    return np.asarray(table.predicted - table.truth)


def _roc_auc(weights: Array, positive: Array, ends: Array) -> Array:
    """The share of pairs of a positive and another in the right order; ties count half."""
    up = np.add.reduceat(weights * positive, ends, axis=-1)
    down = np.add.reduceat(weights * ~positive, ends, axis=-1)
    above = np.cumsum(up, axis=-1) - up / 2
    return _ratio((above * down).sum(-1), up.sum(-1) * down.sum(-1))


def _average_precision(weights: Array, positive: Array, ends: Array) -> Array:
    """The mean of the precision at each positive, by falling score."""
    up = np.add.reduceat(weights * positive, ends, axis=-1)
    taken = np.cumsum(np.add.reduceat(weights, ends, axis=-1), axis=-1)
    return _ratio((up * _ratio(np.cumsum(up, axis=-1), taken)).sum(-1), up.sum(-1))


METRICS: Mapping[str, Metric] = {
    "accuracy": Counted(_accuracy),
    **_averages("precision", _precision),
    **_averages("recall", _recall),
    **_averages("f1", _f1),
    "log_loss": Averaged(_log_loss),
    "brier": Averaged(_brier),
    "mae": Averaged(lambda table: np.abs(_error(table))),
    "mse": Averaged(lambda table: _error(table) ** 2),
    "rmse": Averaged(lambda table: _error(table) ** 2, np.sqrt),
    "roc_auc": Ranked(_roc_auc),
    "pr_auc": Ranked(_average_precision),
    "average_precision": Ranked(_average_precision),
}
NAMES = tuple(METRICS)


def scores(table: Predictions) -> Array:
    """The probabilities of the positive. Raises `MlvcError` where there are none."""
    if table.score is None:
        raise MlvcError("the metric needs scores", "Name their column: `score:`.")
    return table.score
