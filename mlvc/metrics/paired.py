"""How much worse one model is than another on the same rows, with an interval.

The rows are drawn again and again, each time the same for both models (Efron and Tibshirani, An
Introduction to the Bootstrap, 1993, chapter 8: one-sample problems).
"""

from dataclasses import dataclass

import numpy as np

from mlvc.errors import MlvcError
from mlvc.metrics.drawing import DRAWS, drawn, ends
from mlvc.metrics.forms import ratio
from mlvc.metrics.formulas import metric
from mlvc.metrics.predictions import Array, Predictions, aligned
from mlvc.metrics.scores import score


@dataclass(frozen=True)
class Paired:
    """Two values of a metric, on the same `rows`, and the values of both in every draw."""

    one: float
    other: float
    rows: int
    ones: Array
    others: Array

    def interval(self, confidence: float, *, relative: bool = False) -> tuple[float, float]:
        """Of `one - other`, or of that as a share of `other`: its ends, with this confidence.

        Raises `MlvcError` for a share of nothing; draws that have none are left out.
        """
        found = self.ones - self.others
        if not relative:
            return ends(found, confidence)
        if not self.other:
            raise MlvcError("a share of 0 is no number", "Give an absolute margin: no `%`.")
        return ends(ratio(found, np.abs(self.others), np.nan), confidence)


def paired(name: str, one: Predictions, other: Predictions, draws: int = DRAWS) -> Paired:
    """Both models' metric, and how it varies with the rows. Raises `MlvcError`."""
    one, other = aligned(one, other)
    wanted = metric(name)
    values = (score(name, one), score(name, other))
    return Paired(*values, len(one), *drawn([wanted], [one, other], draws)[wanted])
