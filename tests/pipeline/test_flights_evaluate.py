"""Stage `evaluate`: the scores are those that scikit-learn gives for the predictions on disk."""

import json
import math

import pandas
import pytest
from sklearn import metrics as score

from tests.pipeline.flights_project import Flights

REPRODUCIBLE = ("predictions.csv", "metrics.json", "plots/roc.csv",
                "plots/precision_recall.csv", "plots/calibration.csv")  # fmt: skip


@pytest.fixture(scope="module")
def predictions(reproduced: Flights) -> pandas.DataFrame:
    return pandas.read_csv(reproduced.path / "predictions.csv")


def test_metrics_agree_with_the_predictions(
    reproduced: Flights, predictions: pandas.DataFrame
) -> None:
    late, predicted, probability = (
        predictions[name] for name in ("late", "predicted", "probability")
    )
    expected = {
        "accuracy": score.accuracy_score(late, predicted),
        "precision": score.precision_score(late, predicted),
        "recall": score.recall_score(late, predicted),
        "f1": score.f1_score(late, predicted),
        "roc_auc": score.roc_auc_score(late, probability),
        "log_loss": score.log_loss(late, probability),
        "brier": score.brier_score_loss(late, probability),
        "rows": len(late),
    }
    assert json.loads(reproduced.content("metrics.json")) == pytest.approx(expected, abs=1e-6)


def test_predictions_are_those_of_the_evaluation_flights(
    reproduced: Flights, predictions: pandas.DataFrame
) -> None:
    flights = pandas.read_csv(reproduced.path / "data" / "evaluate.csv")
    assert predictions.id.tolist() == flights.id.tolist()
    assert predictions.late.tolist() == flights.late.tolist()


def test_a_flight_is_called_late_from_the_threshold_on(
    reproduced: Flights, predictions: pandas.DataFrame
) -> None:
    threshold = reproduced.params()["evaluate"]["threshold"]
    assert (predictions.predicted == (predictions.probability >= threshold)).all()
    assert set(predictions.predicted) == {0, 1}


def test_latency_is_kept_apart_from_the_metrics_that_reproduce(
    fresh: Flights, reproduced: Flights
) -> None:
    for folder in ("data", "models"):
        fresh.take(folder, reproduced)
    assert fresh.stage("evaluate", OMP_NUM_THREADS="1").returncode == 0
    for path in REPRODUCIBLE:
        assert fresh.content(path) == reproduced.content(path)
    latency = json.loads(fresh.content("latency.json"))
    assert set(latency) == {"latency_us_per_row_p50", "latency_us_per_row_p95"}
    assert all(value > 0 and math.isfinite(value) for value in latency.values())


def test_curves_are_small_and_end_where_they_must(reproduced: Flights) -> None:
    roc = pandas.read_csv(reproduced.path / "plots" / "roc.csv")
    assert len(roc) <= 201
    assert roc.iloc[0].tolist() == [0, 0]
    assert roc.iloc[-1].tolist() == [1, 1]
