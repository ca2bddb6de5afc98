"""The template under real DVC."""

import json

import pytest

from tests.pipeline.flights_project import Flights


def test_a_second_repro_has_nothing_to_do(own_copy: Flights) -> None:
    assert "up to date" in own_copy.dvc("repro")
    assert own_copy.git("status", "--porcelain") == ""


def test_git_keeps_what_a_reader_compares_and_not_what_dvc_keeps(reproduced: Flights) -> None:
    kept = set(reproduced.git("ls-files").splitlines())
    assert {"metrics.json", "latency.json", "models/signature.json", "plots/roc.csv"} <= kept
    assert not {"models/flights.skops", "data/train.csv", "predictions.csv"} & kept
    assert not any("__pycache__" in path for path in kept)


def test_other_evaluation_months_do_not_train_again(own_copy: Flights) -> None:
    own_copy.set("prepare", evaluate_months=[4])
    output = own_copy.dvc("repro")
    assert "Stage 'train' didn't change" in output
    assert "Running stage 'evaluate'" in output


def test_another_gate_runs_nothing(own_copy: Flights) -> None:
    own_copy.set("mlvc", gates=[])
    assert "up to date" in own_copy.dvc("status")


def test_metrics_show_shows_scores_and_latency(reproduced: Flights) -> None:
    shown = json.loads(reproduced.dvc("metrics", "show", "--json"))
    files = shown[""]["data"]
    assert files["metrics.json"]["data"]["roc_auc"] > 0.6
    assert "latency_us_per_row_p50" in files["latency.json"]["data"]


@pytest.mark.parametrize(
    ("path", "x", "y"),
    [
        ("predictions.csv", "predicted", "late"),
        ("plots/roc.csv", "false_positive_rate", "true_positive_rate"),
        ("plots/precision_recall.csv", "recall", "precision"),
        ("plots/calibration.csv", "predicted", "observed"),
    ],
)
def test_plots_show_renders_a_plot(reproduced: Flights, path: str, x: str, y: str) -> None:
    shown = json.loads(reproduced.dvc("plots", "show", "--json", path))
    assert not shown.get("errors")
    ((plot,),) = shown["data"].values()
    encoding = json.dumps(plot["content"])
    assert f'"field": "{x}"' in encoding
    assert f'"field": "{y}"' in encoding
    assert {x, y} <= set(plot["content"]["data"]["values"][0])


def test_plots_show_writes_a_page(own_copy: Flights) -> None:
    own_copy.dvc("plots", "show", "--out", "page")
    page = (own_copy.path / "page" / "index.html").read_text()
    assert all(title in page for title in ("Confusion matrix", "ROC", "Calibration"))
