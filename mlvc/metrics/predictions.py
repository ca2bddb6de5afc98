"""A table of predictions: one row each, with what was true and what a model said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlvc.errors import MlvcError

Array = NDArray[Any]

HINT = "See `mlvc gate --help`, or `python -m mlvc.metrics --help`."


class NotAlike(MlvcError):  # noqa: N818 - reads as what is wrong
    """Two tables are not of the same rows."""


class SeveralLabels(MlvcError):  # noqa: N818 - reads as what is wrong
    """A metric is about one label, and nobody said which."""

    def __init__(self) -> None:
        super().__init__(
            "the metric is about one label, and there are more than two",
            "Name it as `positive:`, against all others, or take a metric such as f1_macro.",
        )


@dataclass(frozen=True)
class Predictions:
    """`n` rows: `truth` and `predicted` are labels as text or numbers, `score` probabilities.

    `positive` is the label that precision, recall, F1 and scores are about; None where there are
    more than two and nobody said which. `slices` is what the rows have in other columns, as text,
    `group` what they are ranked within (a query, a user), `latency` how long each took.
    """

    ids: tuple[str, ...]
    truth: Array
    predicted: Array | None
    score: Array | None
    positive: Any
    slices: Mapping[str, Array] = field(default_factory=dict)
    group: Array | None = None
    latency: Array | None = None

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.truth)

    @property
    def is_of_numbers(self) -> bool:
        """Whether numbers are predicted rather than labels: not all of them are whole."""
        if self.predicted is None or self.truth.dtype.kind != "f":
            return False
        return bool((self.truth % 1).any() or (self.predicted % 1).any())

    def taken(self, rows: Sequence[int]) -> "Predictions":
        """Those rows, in that order."""
        at = np.asarray(rows, dtype=np.int64)
        columns = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(
            self,
            ids=tuple(self.ids[row] for row in rows),
            slices={name: column[at] for name, column in self.slices.items()},
            **{name: c[at] for name, c in columns.items() if isinstance(c, np.ndarray)},
        )

    def where(self, column: str, value: str) -> "Predictions":
        """The rows that have this value there. Raises `MlvcError` where none has."""
        rows = np.flatnonzero(self.slices[column] == value)
        if not rows.size:
            raise MlvcError(f"no row has {value!r} in column {column!r}", HINT)
        return self.taken(rows.tolist())


def labels(table: Predictions) -> Array:
    """The predicted labels. Raises `MlvcError` where there are none."""
    if table.predicted is None:
        raise MlvcError("the metric needs predicted labels", "Name their column: `predicted:`.")
    return table.predicted


def scores(table: Predictions) -> Array:
    """What rows are ordered by. Raises `MlvcError` where there is none."""
    if table.score is None:
        raise MlvcError("the metric needs scores", "Name their column: `score:`.")
    return table.score


def positives(table: Predictions) -> Array:
    """Whether each row is of the positive label. Raises `MlvcError` where none is said to be."""
    if table.positive is None:
        raise SeveralLabels
    return np.asarray(table.truth == table.positive)


def probabilities(table: Predictions) -> Array:
    """The probabilities of the positive label. Raises `MlvcError` for other numbers."""
    found = scores(table)
    if not are_probabilities(found):
        low, high = found.min(), found.max()
        raise MlvcError(
            f"the metric needs probabilities, and scores go from {low:g} to {high:g}",
            "Write the model's probabilities, or take a metric of their order such as roc_auc.",
        )
    return found


def are_probabilities(score: Array) -> bool:
    """Whether all lie between 0 and 1."""
    return bool((score >= 0).all() and (score <= 1).all())


def errors(table: Predictions) -> Array:
    """How far each prediction is from the truth. Raises `MlvcError` for other labels."""
    if table.predicted is None or table.truth.dtype.kind != "f":
        raise MlvcError("an error needs numbers, true and predicted ones", "Name their columns.")
    return np.asarray(table.predicted - table.truth)


def latencies(table: Predictions) -> Array:
    """How long each row took. Raises `MlvcError` where nobody says."""
    if table.latency is None:
        raise MlvcError("the metric needs durations", "Name their column: `latency:`.")
    return table.latency


def aligned(one: Predictions, other: Predictions) -> tuple[Predictions, Predictions]:
    """Both, in the order of the first. Raises `NotAlike` where they are not of the same rows."""
    if len(set(one.ids)) < len(one) or len(set(other.ids)) < len(other):
        raise NotAlike("two rows have one id: rows cannot be compared", HINT)
    if one.ids != other.ids:
        place = {name: row for row, name in enumerate(other.ids)}
        if one_sided := place.keys() ^ set(one.ids):
            raise NotAlike(
                f"they are not of the same rows: {len(one_sided)} are in one only, such as"
                f" {min(one_sided)[:40]!r}",
                _ALIKE,
            )
        other = other.taken([place[name] for name in one.ids])
    if not np.array_equal(one.truth, other.truth):
        row = int(np.flatnonzero(one.truth != other.truth)[0])
        raise NotAlike(f"they do not agree on what is true in row {one.ids[row][:40]!r}", _ALIKE)
    if one.group is not None and not np.array_equal(one.group, np.asarray(other.group)):
        raise NotAlike("they do not agree on how rows are grouped", _ALIKE)
    return one, other


_ALIKE = "Evaluate both with the same evaluator."
