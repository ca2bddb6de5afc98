"""How sure one model's metric is: an interval, from rows that are drawn again and again."""

from dataclasses import replace

import numpy as np

from mlvc.metrics.paired import paired
from mlvc.metrics.predictions import Predictions

_DRAWS = 1000  # nothing is decided by the last digit of what is only shown


def interval(name: str, table: Predictions, confidence: float = 0.95) -> tuple[float, float]:
    """The ends of the percentile interval of one metric of one table. Raises `MlvcError`."""
    # Rows are not matched with another table's, so their ids need not tell them apart.
    table = replace(table, ids=tuple(map(str, range(len(table)))))
    drawn = paired(name, table, table, _DRAWS).ones
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return float(low), float(high)
