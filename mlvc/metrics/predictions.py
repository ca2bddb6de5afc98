"""A table of predictions: one row each, with what was true and what a model said."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlvc.errors import MlvcError

Array = NDArray[Any]


class NotAlike(MlvcError):  # noqa: N818 - reads as what is wrong
    """Two tables are not of the same rows."""


@dataclass(frozen=True)
class Columns:
    """Which columns of the table are what; "" is none.

    `id` names a row, so that two tables can be compared row by row; without one, rows are
    compared as they stand. `score` is the probability of `positive`; None is the greater class.
    `slices` are columns by which rows can be told apart.
    """

    truth: str
    predicted: str = ""
    score: str = ""
    id: str = ""
    positive: str | None = None
    slices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Predictions:
    """`n` rows: `truth` and `predicted` are labels as text or numbers, `score` probabilities.

    `positive` is the label that precision, recall, F1 and scores are about, `slices` what the rows
    have in other columns, as text.
    """

    ids: tuple[str, ...]
    truth: Array
    predicted: Array | None
    score: Array | None
    positive: Any
    slices: Mapping[str, Array] = field(default_factory=dict)

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.truth)

    def taken(self, rows: Sequence[int]) -> "Predictions":
        """Those rows, in that order."""
        at = np.asarray(rows, dtype=np.int64)
        return Predictions(
            tuple(self.ids[row] for row in rows),
            self.truth[at],
            None if self.predicted is None else self.predicted[at],
            None if self.score is None else self.score[at],
            self.positive,
            {name: column[at] for name, column in self.slices.items()},
        )

    def where(self, column: str, value: str) -> "Predictions":
        """The rows that have this value there. Raises `MlvcError` where none has."""
        rows = np.flatnonzero(self.slices[column] == value)
        if not rows.size:
            raise MlvcError(f"no row has {value!r} in column {column!r}", _HINT)
        return self.taken(rows.tolist())


def read(data: bytes, columns: Columns, what: str = "predictions") -> Predictions:
    """The table of a CSV file with a header. Raises `MlvcError` that names the column or row."""
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise MlvcError(f"{what} is not CSV: {error}", _HINT) from error
    header, body = (rows[0], rows[1:]) if rows else ([], [])
    if not body:
        raise MlvcError(f"{what} has no rows", _HINT)
    if wrong := [at for at, row in enumerate(body) if len(row) != len(header)]:
        raise MlvcError(f"row {wrong[0] + 2} of {what} has not as many fields as the first", _HINT)
    table = {name: [row[at] for row in body] for at, name in enumerate(header)}
    truth, predicted = _labels([*_columns(table, (columns.truth, columns.predicted), what)])
    ids = table[columns.id] if _has(table, columns.id, what) else map(str, range(len(body)))
    score = _numbers(table, columns.score, what) if columns.score else None
    if truth is None:
        raise MlvcError(f"{what} has no column of what is true", _HINT)
    positive = _positive(truth, columns.positive)
    slices = {name: np.asarray(table[name]) for name in columns.slices if _has(table, name, what)}
    return Predictions(tuple(ids), truth, predicted, score, positive, slices)


_HINT = "See `evaluation: predictions:` in `mlvc gate --help`."


def _columns(
    table: dict[str, list[str]], names: Sequence[str], what: str
) -> Iterator[list[str] | None]:
    for name in names:
        yield table[name] if _has(table, name, what) else None


def _has(table: dict[str, list[str]], name: str, what: str) -> bool:
    if name and name not in table:
        known = ", ".join(list(table)[:8])
        raise MlvcError(f"{what} has no column {name!r}, only {known}", _HINT)
    return bool(name)


def _labels(columns: Sequence[list[str] | None]) -> list[Array | None]:
    """As numbers where all of them are, else as text: 1 and 1.0 are one label."""
    found = [column for column in columns if column is not None]
    try:
        return [None if c is None else np.asarray(c, dtype=np.float64) for c in columns]
    except ValueError:
        width = max(len(text) for column in found for text in column)
        return [None if c is None else np.asarray(c, dtype=f"<U{width}") for c in columns]


def _numbers(table: dict[str, list[str]], name: str, what: str) -> Array:
    _has(table, name, what)
    try:
        found = np.asarray(table[name], dtype=np.float64)
    except ValueError as error:
        raise MlvcError(f"column {name!r} of {what} is not of numbers: {error}", _HINT) from error
    if not np.isfinite(found).all():
        row = int(np.flatnonzero(~np.isfinite(found))[0]) + 2
        raise MlvcError(f"column {name!r} of {what} has no number in row {row}", _HINT)
    return found


def _positive(truth: Array, wanted: str | None) -> Any:
    if wanted is None:
        return np.unique(truth)[-1]
    return float(wanted) if truth.dtype.kind == "f" else wanted


def aligned(one: Predictions, other: Predictions) -> tuple[Predictions, Predictions]:
    """Both, in the order of the first. Raises `NotAlike` where they are not of the same rows."""
    if len(set(one.ids)) < len(one) or len(set(other.ids)) < len(other):
        raise NotAlike("two rows have one id: rows cannot be compared", _HINT)
    if one.ids != other.ids:
        place = {name: row for row, name in enumerate(other.ids)}
        if one_sided := place.keys() ^ set(one.ids):
            raise NotAlike(
                f"they are not of the same rows: {len(one_sided)} are in one only, such as"
                f" {min(one_sided)[:40]!r}",
                "Evaluate both with the same evaluator.",
            )
        other = other.taken([place[name] for name in one.ids])
    if not np.array_equal(one.truth, other.truth):
        row = int(np.flatnonzero(one.truth != other.truth)[0])
        raise NotAlike(
            f"they do not agree on what is true in row {one.ids[row][:40]!r}",
            "Evaluate both with the same evaluator.",
        )
    return one, other
