"""How good predictions are, and how sure that is: numbers from a table of predictions.

For gates that know noise from a drop, and for the stages of anyone who wants the same numbers.
"""

from mlvc.metrics.drawing import DRAWS, interval, intervals
from mlvc.metrics.formulas import NAMES, is_known
from mlvc.metrics.matched import matched
from mlvc.metrics.paired import Paired, paired
from mlvc.metrics.predictions import NotAlike, Predictions
from mlvc.metrics.reading import Columns, read
from mlvc.metrics.report import Confusion, Part, Report, confusion, part, report
from mlvc.metrics.scores import score

__all__ = [
    "DRAWS",
    "NAMES",
    "Columns",
    "Confusion",
    "NotAlike",
    "Paired",
    "Part",
    "Predictions",
    "Report",
    "confusion",
    "interval",
    "intervals",
    "is_known",
    "matched",
    "paired",
    "part",
    "read",
    "report",
    "score",
]
