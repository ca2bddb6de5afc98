"""How metrics vary with the rows: the same rows are drawn again and again, for all tables alike.

The bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapters 6 and 13: the
percentile interval). Where a metric depends on counts alone, the counts are drawn, which is the
same thing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mlvc.metrics import scores
from mlvc.metrics.forms import Averaged, Counted, Metric, Percentile, Ranked
from mlvc.metrics.formulas import metric
from mlvc.metrics.predictions import Array, Predictions, labels, positives

Drawn = dict[Metric, list[Array]]
"""Of each metric and table, the value in every draw."""

DRAWS = 2000
_SEED = 20130101  # one and the same: equal tables have equal intervals
_CELLS = 4_000_000  # of a block of weights: 32 MB


def interval(
    name: str, table: Predictions, confidence: float = 0.95, draws: int = DRAWS
) -> tuple[float, float]:
    """The ends of the interval of one model's metric. Raises `MlvcError` as `score` does."""
    return intervals([name], table, confidence, draws)[name]


def intervals(
    names: Iterable[str], table: Predictions, confidence: float = 0.95, draws: int = DRAWS
) -> dict[str, tuple[float, float]]:
    """The same of several metrics, for which rows are drawn once."""
    wanted = {name: metric(name) for name in names}
    found = drawn(wanted.values(), [table], draws)
    return {name: ends(found[one][0], confidence) for name, one in wanted.items()}


def ends(found: Array, confidence: float) -> tuple[float, float]:
    """Between which the middle share of all values lies; draws that have none are left out."""
    tail = (1 - confidence) / 2
    low, high = np.nanquantile(found, [tail, 1 - tail])
    return float(low), float(high)


def drawn(wanted: Iterable[Metric], tables: Sequence[Predictions], draws: int) -> Drawn:
    """Draw the rows, the same ones for all metrics and tables; the tables are of the same rows."""
    found: Drawn = {}
    weighed: dict[Metric, _Weighed] = {}
    for one in wanted:
        if isinstance(one, Counted):
            found[one] = _counted(one, tables, draws)
        else:
            weighed[one] = _weighed(one, tables)
    for units in {one.units for one in weighed.values()}:
        alike = {metric: one.of for metric, one in weighed.items() if one.units == units}
        found |= _by_weights(alike, units, draws)
    return found


@dataclass(frozen=True)
class _Weighed:
    """A metric of weights: of how many rows or groups, and its values, by table, in some draws."""

    units: int
    of: Callable[[Array], list[Array]]


def _weighed(wanted: Averaged | Ranked | Percentile, tables: Sequence[Predictions]) -> _Weighed:
    if isinstance(wanted, Averaged):
        return _averaged(wanted, tables)
    if isinstance(wanted, Ranked):
        return _ranked(wanted, tables)
    columns = [wanted.column(table) for table in tables]
    return _Weighed(
        len(columns[0]),
        lambda weights: [_percentile(column, wanted.share, weights) for column in columns],
    )


def _by_weights(
    wanted: Mapping[Metric, Callable[[Array], list[Array]]], units: int, draws: int
) -> Drawn:
    blocks = [
        {metric: of(weights) for metric, of in wanted.items()} for weights in _weights(units, draws)
    ]
    return {
        metric: [np.concatenate(v) for v in zip(*(block[metric] for block in blocks), strict=True)]
        for metric in wanted
    }


def _counted(wanted: Counted, tables: Sequence[Predictions], draws: int) -> list[Array]:
    columns = [tables[0].truth, *(labels(table) for table in tables)]
    classes = scores.classes(*tables)
    size = len(classes)
    shape = (size,) * len(columns)
    codes = [np.searchsorted(classes, column) for column in columns]
    flat, counts = np.unique(np.ravel_multi_index(codes, shape), return_counts=True)
    truth, *said = np.unravel_index(flat, shape)
    at = scores.place(classes, tables[0])
    source, found = np.random.default_rng(_SEED), []
    for block in _blocks(draws, max(size * size, len(counts))):
        taken = source.multinomial(counts.sum(), counts / counts.sum(), size=block)
        matrices = (_matrices(taken, truth * size + one, size) for one in said)
        found.append([wanted.of(matrix, at) for matrix in matrices])
    return [np.concatenate(values) for values in zip(*found, strict=True)]


def _matrices(taken: Array, cells: Array, size: int) -> Array:
    matrices = np.zeros((len(taken), size * size), dtype=np.int64)
    for column, cell in enumerate(cells):
        matrices[:, cell] += taken[:, column]
    return matrices.reshape(-1, size, size)


def _averaged(wanted: Averaged, tables: Sequence[Predictions]) -> _Weighed:
    losses = [wanted.loss(table) for table in tables]
    units = losses[0].shape[-1]
    return _Weighed(units, lambda weights: [wanted.of(loss @ weights.T / units) for loss in losses])


def _ranked(wanted: Ranked, tables: Sequence[Predictions]) -> _Weighed:
    orders = [scores.order(table) for table in tables]
    positive = positives(tables[0])
    return _Weighed(
        len(positive),
        lambda weights: [wanted.of(weights[:, rows], positive[rows], e) for rows, e in orders],
    )


def _percentile(column: Array, share: float, weights: Array) -> Array:
    rows = np.argsort(column)
    taken = np.cumsum(weights[:, rows], axis=-1)
    place = share * (len(rows) - 1)
    low, high = (column[rows[(taken <= at).sum(-1)]] for at in (np.floor(place), np.ceil(place)))
    return np.asarray(low + (high - low) * (place % 1))


def _weights(rows: int, draws: int) -> Iterator[Array]:
    """How often each row is drawn, a block of draws at a time."""
    source = np.random.default_rng(_SEED)
    for block in _blocks(draws, rows):
        taken = source.integers(rows, size=(block, rows))
        yield np.stack([np.bincount(draw, minlength=rows) for draw in taken]).astype(np.float64)


def _blocks(draws: int, cells: int) -> Iterator[int]:
    """How many draws to make at once, where each has so many cells."""
    block = max(1, _CELLS // cells)
    for begin in range(0, draws, block):
        yield min(block, draws - begin)
