"""Metrics of the order of scores: over all rows, and at the head of each group."""

import re
from collections.abc import Callable

import numpy as np

from mlvc.errors import MlvcError
from mlvc.metrics.forms import Averaged, Metric, Ranked, ratio
from mlvc.metrics.predictions import HINT, Array, Predictions, scores

_AT = re.compile(r"(ndcg|precision)@([1-9][0-9]{0,5})")


def _roc_auc(weights: Array, positive: Array, ends: Array) -> Array:
    """The share of pairs of a positive and another in the right order; ties count half.

    Not a number where all rows are of one kind.
    """
    up = np.add.reduceat(weights * positive, ends, axis=-1)
    down = np.add.reduceat(weights * ~positive, ends, axis=-1)
    above = np.cumsum(up, axis=-1) - up / 2
    return ratio((above * down).sum(-1), up.sum(-1) * down.sum(-1), np.nan)


def _average_precision(weights: Array, positive: Array, ends: Array) -> Array:
    """The mean of the precision at each positive, by falling score."""
    up = np.add.reduceat(weights * positive, ends, axis=-1)
    taken = np.cumsum(np.add.reduceat(weights, ends, axis=-1), axis=-1)
    return ratio((up * ratio(np.cumsum(up, axis=-1), taken)).sum(-1), up.sum(-1))


def at(name: str) -> Averaged | None:
    """`ndcg@10`, `precision@5`: a mean over groups; None for other names."""
    found = _AT.fullmatch(name)
    return _GROUPED[found[1]](int(found[2])) if found else None


def _ndcg(first: int | None) -> Averaged:
    """Discounted gain, as a share of the best (Järvelin and Kekäläinen, ACM TOIS 20, 2002).

    The gain of a row is its truth; that of equal scores is shared among them. A group where there
    is no gain to be had counts as 0. So does scikit-learn.
    """

    def loss(table: Predictions) -> Array:
        gains = _gains(table)
        got, best = (_discounted(table, gains, by, first) for by in (scores(table), gains))
        return ratio(got, best)

    return Averaged(loss)


def _precision_at(first: int) -> Averaged:
    """The share of the first rows of a group that gain anything; of equal scores each a part."""

    def loss(table: Predictions) -> Array:
        found, rank, group = _ranked(table, (_gains(table) > 0).astype(np.float64), scores(table))
        return np.bincount(group, np.where(rank < first, found, 0.0)) / first

    return Averaged(loss)


def _discounted(table: Predictions, gains: Array, by: Array, first: int | None) -> Array:
    found, rank, group = _ranked(table, gains, by)
    weights = 1 / np.log2(rank + 2)
    if first is not None:
        weights[rank >= first] = 0
    return np.bincount(group, found * weights)


def _ranked(table: Predictions, gains: Array, by: Array) -> tuple[Array, Array, Array]:
    """By group and falling score: the gains, the rank in the group from 0, and the group."""
    if table.group is None:
        raise MlvcError("the metric ranks rows within groups", "Name their column: `group:`.")
    _, groups = np.unique(table.group, return_inverse=True)
    rows = np.lexsort((-by, groups))
    group, by = groups[rows], by[rows]
    rank = np.arange(len(rows)) - np.searchsorted(group, group)
    begins = np.flatnonzero((np.diff(by, prepend=np.nan) != 0) | (rank == 0))
    sizes = np.diff(begins, append=len(rows))
    return np.repeat(np.add.reduceat(gains[rows], begins) / sizes, sizes), rank, group


def _gains(table: Predictions) -> Array:
    if table.truth.dtype.kind != "f" or (table.truth < 0).any():
        raise MlvcError("a ranking needs numbers from 0 on as what is true", HINT)
    return table.truth


_GROUPED: dict[str, Callable[[int], Averaged]] = {"ndcg": _ndcg, "precision": _precision_at}

RANKED: dict[str, Metric] = {
    "roc_auc": Ranked(_roc_auc),
    "pr_auc": Ranked(_average_precision),
    "average_precision": Ranked(_average_precision),
    "ndcg": _ndcg(None),
}
