"""Metrics of a table of predictions, one at a time."""

import math

import numpy as np

from mlvc.errors import MlvcError
from mlvc.metrics.forms import Averaged, Matrix, Metric, Percentile, Ranked
from mlvc.metrics.formulas import metric
from mlvc.metrics.predictions import Array, Predictions, labels, positives, scores

MOST_LABELS = 1000  # a confusion matrix has the square of that


def score(name: str, table: Predictions) -> float:
    """One metric of one table.

    Raises `MlvcError` where a column is missing for it, or it says nothing of these rows.
    """
    found = float(_value(metric(name), table))
    if not math.isfinite(found):
        raise MlvcError(
            f"{name} has no value on these {len(table)} rows",
            "It needs rows of the positive label and of others.",
        )
    return found


def _value(wanted: Metric, table: Predictions) -> Array:
    if isinstance(wanted, Averaged):
        return wanted.of(wanted.loss(table).mean(-1))
    if isinstance(wanted, Ranked):
        rows, ends = order(table)
        return wanted.of(np.ones(len(table)), positives(table)[rows], ends)
    if isinstance(wanted, Percentile):
        return np.asarray(np.quantile(wanted.column(table), wanted.share))
    known = classes(table)
    return wanted.of(confusion(table.truth, labels(table), known), place(known, table))


def classes(*tables: Predictions) -> Array:
    """All labels, in order: those that are true, predicted or called positive.

    Raises `MlvcError` where there are so many that they are none.
    """
    columns = [column for table in tables for column in (table.truth, labels(table))]
    columns += [np.asarray([t.positive]) for t in tables if t.positive is not None]
    found = np.unique(np.concatenate(columns))
    if len(found) > MOST_LABELS:
        raise MlvcError(
            f"the metric needs labels, and there are {len(found):,} different ones",
            "Of numbers take a metric such as mae, rmse or r2.",
        )
    return found


def confusion(truth: Array, predicted: Array, classes: Array) -> Matrix:
    """How often each of `classes` was predicted as each: `(k, k)` counts."""
    size = len(classes)
    cells = np.searchsorted(classes, truth) * size + np.searchsorted(classes, predicted)
    return np.bincount(cells, minlength=size * size).reshape(size, size)


def place(classes: Array, table: Predictions) -> int | None:
    """Where the positive label stands among `classes`."""
    return None if table.positive is None else int(np.searchsorted(classes, table.positive))


def order(table: Predictions) -> tuple[Array, Array]:
    """The rows by falling score, and where runs of equal scores begin among them."""
    score = scores(table)
    rows = np.argsort(-score, kind="stable")
    return rows, np.flatnonzero(np.diff(score[rows], prepend=np.inf))
