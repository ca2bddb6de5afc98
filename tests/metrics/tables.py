"""Tables of predictions to compute on."""

import numpy as np

from mlvc.metrics import Predictions


def table(seed: int = 0, rows: int = 400, classes: int = 2, noise: float = 1.0) -> Predictions:
    """Random truth, and a model that sees it through noise; scores have ties."""
    source = np.random.default_rng(seed)
    truth = source.integers(classes, size=rows).astype(np.float64)
    seen = truth + noise * source.normal(size=rows)
    predicted = np.clip(np.round(seen), 0, classes - 1)
    score = np.round(1 / (1 + np.exp(-4 * (seen - 0.5))), 2).clip(0.01, 0.99)
    ids = tuple(f"r{row}" for row in range(rows))
    group, latency = np.arange(rows) // 8, np.round(source.exponential(2, size=rows), 3)
    return Predictions(ids, truth, predicted, score, truth.max(), group=group, latency=latency)
