"""Reading a table of predictions from CSV, by the names of its columns."""

import csv
import io
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlvc.errors import MlvcError
from mlvc.metrics.predictions import HINT, Array, Predictions


@dataclass(frozen=True)
class Columns:
    """Which columns of the table are what; "" is none.

    `id` names a row, so that two tables can be compared row by row; without one, rows are
    compared as they stand. `score` is the probability of `positive`; None is the greater class.
    `slices` are columns by which rows can be told apart. Rows are ranked, by `score`, within those
    of one `group`. `latency` is how long a row took, in any unit.
    """

    truth: str
    predicted: str = ""
    score: str = ""
    id: str = ""
    positive: str | None = None
    slices: tuple[str, ...] = ()
    group: str = ""
    latency: str = ""


def read(data: bytes, columns: Columns, what: str = "predictions") -> Predictions:
    """The table of a CSV file with a header. Raises `MlvcError` that names the column or row."""
    table = _Table(*_rows(data, what), what)
    if not columns.truth:
        raise MlvcError(f"{what} has no column of what is true", HINT)
    truth, predicted = table.labels(columns.truth, columns.predicted)
    return Predictions(
        ids=tuple(table.texts(columns.id) if columns.id else map(str, range(len(truth)))),
        truth=truth,
        predicted=predicted,
        score=table.numbers(columns.score) if columns.score else None,
        positive=_positive(truth, columns.positive, what),
        slices={name: np.asarray(table.texts(name)) for name in columns.slices},
        group=np.asarray(table.texts(columns.group)) if columns.group else None,
        latency=table.numbers(columns.latency) if columns.latency else None,
    )


def _rows(data: bytes, what: str) -> tuple[list[str], list[list[str]]]:
    try:
        rows = [row for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise MlvcError(f"{what} is not CSV: {error}", HINT) from error
    if len(rows) <= 1:
        raise MlvcError(f"{what} has no rows", HINT)
    header, *body = rows
    if wrong := [at for at, row in enumerate(body) if len(row) != len(header)]:
        raise MlvcError(f"row {wrong[0] + 2} of {what} has not as many fields as the first", HINT)
    return header, body


@dataclass(frozen=True)
class _Table:
    """A CSV file's rows below its header, and what to call it."""

    header: list[str]
    body: list[list[str]]
    what: str

    def texts(self, name: str) -> list[str]:
        """A column. Raises `MlvcError` where there is none, or more than one of the name."""
        if (count := self.header.count(name)) != 1:
            known = ", ".join(self.header[:8])
            said = f"{count} columns" if count else "no column"
            raise MlvcError(f"{self.what} has {said} {name!r}, only {known}", HINT)
        at = self.header.index(name)
        return [row[at] for row in self.body]

    def labels(self, truth: str, predicted: str) -> tuple[Array, Array | None]:
        """As numbers where all of them are, else as text: 1 and 1.0 are one label."""
        columns = {name: self.texts(name) for name in (truth, predicted) if name}
        try:
            found = {name: self._finite(name, texts) for name, texts in columns.items()}
        except ValueError:
            width = max(len(text) for column in columns.values() for text in column)
            found = {name: np.asarray(c, dtype=f"<U{width}") for name, c in columns.items()}
        return found[truth], found.get(predicted)

    def numbers(self, name: str) -> Array:
        """A column of numbers. Raises `MlvcError` that names the first row that has none."""
        try:
            return self._finite(name, self.texts(name))
        except ValueError as error:
            raise MlvcError(
                f"column {name!r} of {self.what} is not of numbers: {error}", HINT
            ) from error

    def _finite(self, name: str, texts: list[str]) -> Array:
        found = np.asarray(texts, dtype=np.float64)
        if not np.isfinite(found).all():
            row = int(np.flatnonzero(~np.isfinite(found))[0]) + 2
            raise MlvcError(f"column {name!r} of {self.what} has no number in row {row}", HINT)
        return found


def _positive(truth: Array, wanted: str | None, what: str) -> Any:
    """The label that is meant, as `truth` has labels; None where nobody said and none is it."""
    known = np.unique(truth)
    if wanted is None:
        return known[-1] if len(known) <= 2 else None  # noqa: PLR2004 - yes and no
    if truth.dtype.kind != "f":
        return wanted
    try:
        return float(wanted)
    except ValueError as error:
        raise MlvcError(
            f"the positive label {wanted!r} is no number, and what is true in {what} are numbers",
            "Write it as the table has it.",
        ) from error
