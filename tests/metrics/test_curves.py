"""Curves: the points that scikit-learn gives, thinned; and the interval of one model's metric."""

import warnings

import numpy as np
import pytest
from scipy.stats import binomtest  # type: ignore[import-untyped]
from sklearn import metrics as sklearn
from sklearn.calibration import calibration_curve

from mlvc.errors import MlvcError
from mlvc.metrics import interval, score
from mlvc.metrics.curves import CURVES, Curve, calibration, pr, roc
from mlvc.metrics.predictions import Predictions
from tests.metrics.tables import table


def points(curve: Curve) -> set[tuple[float, float]]:
    return {(round(x, 9), round(y, 9)) for x, y in zip(curve.x, curve.y, strict=True)}


def known(x: object, y: object) -> set[tuple[float, float]]:
    return {(round(float(a), 9), round(float(b), 9)) for a, b in zip(x, y, strict=True)}  # type: ignore[call-overload]


def continuous(rows: int) -> Predictions:
    source = np.random.default_rng(3)
    truth = source.integers(2, size=rows).astype(np.float64)
    values = 1 / (1 + np.exp(-truth - source.normal(size=rows)))
    return Predictions(tuple(map(str, range(rows))), truth, None, values, 1.0)


@pytest.mark.parametrize("seed", range(3))
def test_a_roc_curve_with_ties_is_that_of_scikit_learn(seed: int) -> None:
    given = table(seed)
    x, y, _ = sklearn.roc_curve(given.truth, given.score, drop_intermediate=False)
    found = roc(given)
    assert points(found) == known(x, y)
    assert found.summary == pytest.approx(sklearn.roc_auc_score(given.truth, given.score))


@pytest.mark.parametrize("seed", range(3))
def test_precision_and_recall_are_those_of_scikit_learn(seed: int) -> None:
    given = table(seed)
    precision, recall, _ = sklearn.precision_recall_curve(given.truth, given.score)
    found = pr(given)
    assert points(found) == known(recall[:-1], precision[:-1])
    expected = sklearn.average_precision_score(given.truth, given.score)
    assert found.summary == pytest.approx(expected)


def test_calibration_bins_are_those_of_scikit_learn() -> None:
    given = continuous(1000)
    observed, predicted = calibration_curve(
        given.truth, given.score, n_bins=10, strategy="quantile"
    )
    found = calibration(given)
    assert points(found) == known(predicted, observed)
    assert found.summary == pytest.approx(np.abs(observed - predicted).mean())
    for share, ends in zip(found.y, found.ends, strict=True):
        wilson = binomtest(round(100 * share), 100).proportion_ci(method="wilson")
        assert ends == pytest.approx((wilson.low, wilson.high))


def test_scores_that_are_all_the_same_make_one_bin_and_no_error() -> None:
    rows = table(0, rows=50)
    same = Predictions(rows.ids, rows.truth, None, np.full(50, 0.5), 1.0)
    found = calibration(same)
    assert found.x == (0.5,) and found.y == (float(rows.truth.mean()),)
    assert roc(same).x == (0.0, 1.0) and roc(same).summary == pytest.approx(0.5)


@pytest.mark.parametrize("curve", [roc, pr])
def test_a_long_curve_is_thinned_and_keeps_its_ends(curve: object) -> None:
    assert callable(curve)
    given = continuous(20_000)
    found = curve(given)
    assert 200 < len(found.x) <= 300
    assert found.x[0] < 0.001 and found.x[-1] == 1.0
    x, y, _ = sklearn.roc_curve(given.truth, given.score, drop_intermediate=False)
    if curve is roc:
        assert points(found) <= known(x, y)


@pytest.mark.parametrize("curve", CURVES)
def test_rows_of_one_class_alone_have_no_curve(curve: str) -> None:
    rows = table(0, rows=20)
    one = Predictions(rows.ids, np.ones(20), None, rows.score, 1.0)
    with pytest.raises(MlvcError, match="one class"), warnings.catch_warnings():
        CURVES[curve](one)


@pytest.mark.parametrize("curve", CURVES)
def test_a_curve_needs_scores(curve: str) -> None:
    rows = table(0, rows=20)
    with pytest.raises(MlvcError, match="scores"):
        CURVES[curve](Predictions(rows.ids, rows.truth, rows.predicted, None, 1.0))


@pytest.mark.parametrize("name", ["accuracy", "f1", "brier", "roc_auc"])
def test_the_interval_of_a_metric_holds_it_and_is_narrower_for_more_rows(name: str) -> None:
    few, many = table(1, rows=200), table(1, rows=3200)
    widths = []
    for given in (few, many):
        low, high = interval(name, given)
        assert low < score(name, given) < high
        widths.append(high - low)
    # Four times narrower for sixteen times as many rows.
    assert widths[0] / widths[1] == pytest.approx(4, rel=0.35)
    assert interval(name, few, 0.5)[0] > interval(name, few, 0.99)[0]


def test_rows_of_one_name_have_an_interval_too() -> None:
    rows = table(1, rows=100)
    same = Predictions(("a",) * 100, rows.truth, rows.predicted, rows.score, 1.0)
    assert interval("f1", same) == interval("f1", rows)


def test_scores_that_are_no_probabilities_are_not_calibrated() -> None:
    rows = table(0, rows=20)
    assert rows.score is not None
    beyond = Predictions(rows.ids, rows.truth, None, rows.score * 9, 1.0)
    with pytest.raises(MlvcError, match="probabilities"):
        calibration(beyond)
    assert roc(beyond) == roc(rows)
