"""How good predictions are, and how sure that is: numbers from a table of predictions.

For gates that know noise from a drop, and for the stages of anyone who wants the same numbers.
"""

from mlvc.metrics.formulas import NAMES
from mlvc.metrics.matched import matched
from mlvc.metrics.paired import DRAWS, Paired, paired
from mlvc.metrics.predictions import Columns, NotAlike, Predictions, read
from mlvc.metrics.scores import score
from mlvc.metrics.single import interval

__all__ = [
    "DRAWS",
    "NAMES",
    "Columns",
    "NotAlike",
    "Paired",
    "Predictions",
    "interval",
    "matched",
    "paired",
    "read",
    "score",
]
