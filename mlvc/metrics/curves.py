"""Curves of a table of predictions: ROC, precision and recall, calibration.

The points are those that scikit-learn gives, thinned to what an eye can tell apart.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import sqrt
from statistics import NormalDist

import numpy as np

from mlvc.errors import MlvcError
from mlvc.metrics.predictions import HINT, Array, Predictions, positives, probabilities
from mlvc.metrics.scores import order, score

_POINTS = 300
_BINS = 10
_LIMIT = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Curve:
    """Points in drawing order, and the `summary` that goes with them: AUC, AP or ECE.

    `share` is how many of the `rows` are positive, 0 to 1. `ends` are intervals of `y` at 95 %,
    where it has any.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    summary: float
    share: float
    rows: int
    ends: tuple[tuple[float, float], ...] = field(default=())


def roc(table: Predictions) -> Curve:
    """False positive rate and true positive rate by falling threshold; AUC."""
    up, down = _above(table)
    x, y = (np.concatenate([[0.0], part / part[-1]]) for part in (down, up))
    return _curve(table, x, y, score("roc_auc", table))


def pr(table: Predictions) -> Curve:
    """Recall and precision by falling threshold; average precision.

    Without the point of no recall, which scikit-learn adds: no threshold gives it.
    """
    up, down = _above(table)
    return _curve(table, up / up[-1], up / (up + down), score("average_precision", table))


def calibration(table: Predictions) -> Curve:
    """Mean score and share of positives in ten bins of as many rows each; ECE over these bins.

    That is the metric `ece_quantile`. The intervals of the shares are Wilson's (1927).
    """
    positive, values = _positive(table), probabilities(table)
    edges = np.quantile(values, np.linspace(0, 1, _BINS + 1))
    bins = np.searchsorted(edges[1:-1], values)
    rows = np.bincount(bins, minlength=_BINS)
    there = rows > 0  # many equal scores share one bin, and leave others empty
    x, y = (
        np.bincount(bins, weights=part, minlength=_BINS)[there] / rows[there]
        for part in (values, positive)
    )
    ends = tuple(_wilson(part, int(count)) for part, count in zip(y, rows[there], strict=True))
    share, count = float(positive.mean()), len(table)
    error = score("ece_quantile", table)
    return Curve(tuple(x.tolist()), tuple(y.tolist()), error, share, count, ends)


CURVES: Mapping[str, Callable[[Predictions], Curve]] = {
    "roc": roc,
    "pr": pr,
    "calibration": calibration,
}


def _positive(table: Predictions) -> Array:
    found = positives(table)
    if found.all() or not found.any():
        raise MlvcError(
            f"all {len(table):,} rows are of one class, so there is no curve",
            HINT,
        )
    return found


def _above(table: Predictions) -> tuple[Array, Array]:
    """How many positives and how many others have at least each score, the highest first."""
    rows, begins = order(table)
    positive = _positive(table)[rows]
    last = np.append(begins[1:], len(rows)) - 1
    return np.cumsum(positive)[last], np.cumsum(~positive)[last]


def _curve(table: Predictions, x: Array, y: Array, summary: float) -> Curve:
    kept = np.unique(np.linspace(0, len(x) - 1, _POINTS).round().astype(np.int64))
    share = float(_positive(table).mean())
    return Curve(tuple(x[kept].tolist()), tuple(y[kept].tolist()), summary, share, len(table))


def _wilson(share: float, rows: int) -> tuple[float, float]:
    spread = _LIMIT**2 / rows
    middle = (share + spread / 2) / (1 + spread)
    half = _LIMIT / (1 + spread) * sqrt((share * (1 - share) + spread / 4) / rows)
    return float(middle - half), float(middle + half)
