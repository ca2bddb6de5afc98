"""Metrics that are functions of means over rows: of probabilities, and of numbers."""

from collections.abc import Callable

import numpy as np

from mlvc.metrics.forms import Averaged
from mlvc.metrics.predictions import Array, Predictions, errors, positives, probabilities

_TINY = float(np.finfo(np.float64).eps)
_BINS = 10


def _log_loss(table: Predictions) -> Array:
    chance = np.clip(probabilities(table), _TINY, 1 - _TINY)
    return np.asarray(-np.log(np.where(positives(table), chance, 1 - chance)))


def _brier(table: Predictions) -> Array:
    return np.asarray((probabilities(table) - positives(table)) ** 2)


def _equal_widths(_chance: Array) -> Array:
    return np.linspace(0, 1, _BINS + 1)


def _equal_shares(chance: Array) -> Array:
    return np.percentile(chance, np.linspace(0, 100, _BINS + 1))


def _gaps(edges: Callable[[Array], Array]) -> Callable[[Predictions], Array]:
    """By bin, what each row in it adds to how far the promised is from what happened."""

    def gaps(table: Predictions) -> Array:
        chance = probabilities(table)
        bins = np.searchsorted(edges(chance)[1:-1], chance)  # as sklearn.calibration has them
        return np.where(bins == np.arange(_BINS)[:, None], chance - positives(table), 0.0)

    return gaps


def _calibration_error(means: Array) -> Array:
    """The mean over bins, by the rows in each, of how far mean probability and share are apart."""
    return np.asarray(np.abs(means).sum(0))


def _shares_of_truth(table: Predictions) -> Array:
    error = np.abs(errors(table))
    return np.asarray(error / np.maximum(np.abs(table.truth), _TINY))


def _spread(table: Predictions) -> Array:
    centred = table.truth - table.truth.mean() if table.truth.dtype.kind == "f" else table.truth
    return np.stack([errors(table) ** 2, centred, centred**2])


def _explained(means: Array) -> Array:
    """1 less the squared error as a share of the variance of what is true.

    Where nothing varies, 1 for no error at all and else 0, as scikit-learn has it.
    """
    error, centre, square = means
    variance = square - centre**2
    varies = variance > _TINY * 8 * square
    share = np.divide(error, variance, out=np.where(error > 0, 1.0, 0.0), where=varies)
    return np.asarray(1 - share)


AVERAGED = {
    "log_loss": Averaged(_log_loss),
    "brier": Averaged(_brier),
    # Naeini, Cooper and Hauskrecht, Obtaining well calibrated probabilities using Bayesian
    # binning, AAAI 2015: ten bins of equal width.
    "ece": Averaged(_gaps(_equal_widths), _calibration_error),
    # Nguyen and O'Connor, Posterior calibration and exploratory analysis for NLP models, EMNLP
    # 2015: ten bins of equally many rows. Those of the table stay the bins of every draw.
    "ece_quantile": Averaged(_gaps(_equal_shares), _calibration_error),
    "mae": Averaged(lambda table: np.abs(errors(table))),
    "mse": Averaged(lambda table: errors(table) ** 2),
    "rmse": Averaged(lambda table: errors(table) ** 2, np.sqrt),
    "mape": Averaged(_shares_of_truth),
    "r2": Averaged(_spread, _explained),
}
