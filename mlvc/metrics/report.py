"""All that a table of predictions says of a model: for a stage that writes metrics."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mlvc.errors import MlvcError
from mlvc.metrics import scores
from mlvc.metrics.drawing import DRAWS, intervals
from mlvc.metrics.predictions import HINT, Predictions
from mlvc.metrics.reading import Columns, read
from mlvc.metrics.usual import usual

_DIGITS = 9  # fewer than a double has: another processor writes the same file
_SLICES = 200  # of one column


@dataclass(frozen=True)
class Part:
    """What is known of some rows: metrics by name, and the ends of their intervals.

    `missing` are metrics that have no value here, and why.
    """

    rows: int
    metrics: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]
    missing: Mapping[str, str]


@dataclass(frozen=True)
class Confusion:
    """How often each label was predicted as each; a row of `counts` for each true label."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    def document(self) -> dict[str, Any]:
        """As JSON can hold it; its lists are no metrics, should it be read for such."""
        return {"labels": list(self.labels), "counts": [list(row) for row in self.counts]}


@dataclass(frozen=True)
class Report:
    """Metrics of all rows, and of slices by column and value.

    `confidence` is that of the intervals; None where none were wanted. There is no `confusion`
    without predicted labels, nor of numbers.
    """

    whole: Part
    slices: Mapping[str, Mapping[str, Part]]
    confusion: Confusion | None
    confidence: float | None

    def metrics(self) -> dict[str, Any]:
        """As a metrics file holds them, nested: `slices: origin: JFK: f1`."""
        return self._nested(
            lambda part: {"rows": part.rows, **{n: _rounded(v) for n, v in part.metrics.items()}}
        )

    def intervals(self) -> dict[str, Any]:
        """For a file of their own. Each is a list, which nobody takes for a metric."""
        found = self._nested(
            lambda part: {n: [_rounded(end) for end in ends] for n, ends in part.intervals.items()}
        )
        return {"confidence": self.confidence, "intervals": found}

    def to_json(self) -> str:
        """The text of a metrics file."""
        return written(self.metrics())

    def _nested(self, of: Callable[[Part], dict[str, Any]]) -> dict[str, Any]:
        parts = {
            column: {value: of(part) for value, part in values.items()}
            for column, values in self.slices.items()
        }
        return {**of(self.whole), **({"slices": parts} if parts else {})}


def report(
    path: Path,
    columns: Columns,
    names: Sequence[str] = (),
    confidence: float | None = 0.95,
    draws: int = DRAWS,
) -> Report:
    """The metrics of a CSV file of predictions: those named, else what is usual for its columns.

    Each with a percentile bootstrap interval, unless `confidence` is None. Raises `MlvcError` that
    names the file and column, or a metric that was named and cannot be computed.
    """
    try:
        table = read(path.read_bytes(), columns, str(path))
    except OSError as error:
        raise MlvcError(f"{path}: {error.strerror}", "Name a CSV file of predictions.") from error
    for name in names:
        scores.score(name, table)
    wanted = tuple(names) or usual(table)
    parts = {
        column: {value: part(table.where(column, value), wanted, confidence, draws)
                 for value in _values(table, column)}
        for column in columns.slices
    }  # fmt: skip
    return Report(part(table, wanted, confidence, draws), parts, confusion(table), confidence)


def part(
    table: Predictions,
    names: Sequence[str],
    confidence: float | None = 0.95,
    draws: int = DRAWS,
) -> Part:
    """What some rows say. A metric that they say nothing of is told as missing."""
    found, missing = {}, {}
    for name in names:
        try:
            found[name] = scores.score(name, table)
        except MlvcError as error:
            missing[name] = error.message
    ends = intervals(found, table, confidence, draws) if confidence else {}
    return Part(len(table), found, ends, missing)


def confusion(table: Predictions) -> Confusion | None:
    """The confusion matrix, of the labels that are true or predicted; None of numbers."""
    if table.predicted is None or table.is_of_numbers:
        return None
    labels = np.union1d(table.truth, table.predicted)
    if len(labels) > scores.MOST_LABELS:
        return None
    counts = scores.confusion(table.truth, table.predicted, labels).tolist()
    texts = (f"{one:.16g}" if isinstance(one, float) else one for one in labels.tolist())
    return Confusion(tuple(texts), tuple(tuple(row) for row in counts))


def written(document: object) -> str:
    """The text of a JSON file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _values(table: Predictions, column: str) -> list[str]:
    values: list[str] = np.unique(table.slices[column]).tolist()
    if len(values) > _SLICES:
        raise MlvcError(f"column {column!r} has {len(values):,} values, too many for slices", HINT)
    return values


def _rounded(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}")
