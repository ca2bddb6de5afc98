"""Metrics of confusion matrices: how often each label was predicted as each."""

from collections.abc import Callable

import numpy as np

from mlvc.metrics.forms import Counted, Matrix, ratio
from mlvc.metrics.predictions import Array, SeveralLabels


def _parts(matrix: Matrix) -> tuple[Array, Array, Array]:
    """By class: how many are right, how many were predicted, how many there are."""
    hits = np.diagonal(matrix, axis1=-2, axis2=-1).astype(np.float64)
    return hits, matrix.sum(-2).astype(np.float64), matrix.sum(-1).astype(np.float64)


def _precision(matrix: Matrix) -> Array:
    hits, predicted, _ = _parts(matrix)
    return ratio(hits, predicted)


def _recall(matrix: Matrix) -> Array:
    hits, _, there = _parts(matrix)
    return ratio(hits, there)


def _f1(matrix: Matrix) -> Array:
    hits, predicted, there = _parts(matrix)
    return ratio(2 * hits, predicted + there)


def _accuracy(matrix: Matrix, _positive: int | None) -> Array:
    hits, _, there = _parts(matrix)
    return ratio(hits.sum(-1), there.sum(-1))


def _balanced_accuracy(matrix: Matrix, _positive: int | None) -> Array:
    """The mean of the recall of each label that there is (Brodersen and others, ICPR 2010)."""
    _, _, there = _parts(matrix)
    return _mean(_recall(matrix), there > 0)


def _mean(each: Array, counted: Array) -> Array:
    return ratio((each * counted).sum(-1), counted.sum(-1).astype(np.float64))


def _averages(name: str, each: Callable[[Matrix], Array]) -> dict[str, Counted]:
    """The metric of the positive class, and its averages over all that are there."""

    def binary(matrix: Matrix, positive: int | None) -> Array:
        if positive is None:
            raise SeveralLabels
        return each(matrix)[..., positive]

    def macro(matrix: Matrix, _positive: int | None) -> Array:
        _, predicted, there = _parts(matrix)
        return _mean(each(matrix), (predicted + there) > 0)

    def weighted(matrix: Matrix, _positive: int | None) -> Array:
        _, _, there = _parts(matrix)
        return ratio((each(matrix) * there).sum(-1), there.sum(-1))

    return {
        name: Counted(binary),
        f"{name}_macro": Counted(macro),
        f"{name}_weighted": Counted(weighted),
        f"{name}_micro": Counted(_accuracy),  # one label a row: all of them are the same
    }


COUNTED = {
    "accuracy": Counted(_accuracy),
    "balanced_accuracy": Counted(_balanced_accuracy),
    **_averages("precision", _precision),
    **_averages("recall", _recall),
    **_averages("f1", _f1),
}
