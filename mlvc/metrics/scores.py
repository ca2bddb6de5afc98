"""Metrics of a table of predictions, one at a time."""

import numpy as np

from mlvc.errors import MlvcError
from mlvc.metrics.formulas import METRICS, NAMES, Averaged, Matrix, Metric, Ranked, scores
from mlvc.metrics.predictions import Array, Predictions


def metric(name: str) -> Metric:
    """The metric of a name: of `test.f1` and `dev/f1` the last part counts. Raises `MlvcError`."""
    short = name.replace("/", ".").rpartition(".")[2]
    if short not in METRICS:
        raise MlvcError(
            f"mlvc does not know how to compute {short!r} from predictions",
            f"Name one of {', '.join(NAMES)} as `score:` of the gate.",
        )
    return METRICS[short]


def confusion(truth: Array, predicted: Array, classes: Array) -> Matrix:
    """How often each of `classes` was predicted as each: `(k, k)` counts."""
    size = len(classes)
    cells = np.searchsorted(classes, truth) * size + np.searchsorted(classes, predicted)
    return np.bincount(cells, minlength=size * size).reshape(size, size)


def order(table: Predictions) -> tuple[Array, Array]:
    """The rows by falling score, and where runs of equal scores begin among them."""
    score = scores(table)
    rows = np.argsort(-score, kind="stable")
    return rows, np.flatnonzero(np.diff(score[rows], prepend=np.inf))


def score(name: str, table: Predictions) -> float:
    """One metric of one table. Raises `MlvcError` where a column is missing for it."""
    wanted = metric(name)
    if isinstance(wanted, Averaged):
        return float(wanted.of(wanted.loss(table).mean()))
    if isinstance(wanted, Ranked):
        rows, ends = order(table)
        weights = np.ones(len(table))
        return float(wanted.of(weights, (table.truth == table.positive)[rows], ends))
    predicted = labels(table)
    classes = np.unique(np.concatenate([table.truth, predicted]))
    matrix = confusion(table.truth, predicted, classes)
    return float(wanted.of(matrix, place(classes, table)))


def labels(table: Predictions) -> Array:
    """The predicted labels. Raises `MlvcError` where there are none."""
    if table.predicted is None:
        raise MlvcError("the metric needs predicted labels", "Name their column: `predicted:`.")
    return table.predicted


def place(classes: Array, table: Predictions) -> int:
    """Where the positive label stands among `classes`."""
    return int(np.searchsorted(classes, table.positive).clip(0, len(classes) - 1))
