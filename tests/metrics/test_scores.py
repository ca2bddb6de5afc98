"""Metrics of a table of predictions: what scikit-learn says, at once for thousands of draws."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as peer

from mlvc.errors import MlvcError
from mlvc.metrics import NAMES, Predictions, score
from tests.metrics.tables import table

Peer = Callable[[Predictions], Any]


def labels(function: Callable[..., Any], **named: Any) -> Peer:
    return lambda t: function(t.truth, t.predicted, **named)


def averaged(function: Callable[..., Any], average: str) -> Peer:
    return labels(function, average=average, zero_division=0)


def scores(function: Callable[..., Any]) -> Peer:
    return lambda t: function(t.truth == t.positive, t.score)


PEERS: dict[str, Peer] = {
    "accuracy": labels(peer.accuracy_score),
    **{
        f"{name}{ending}": averaged(getattr(peer, f"{name}_score"), average)
        for name in ("precision", "recall", "f1")
        for ending, average in (
            ("", "binary"),
            ("_macro", "macro"),
            ("_weighted", "weighted"),
            ("_micro", "micro"),
        )
    },
    "log_loss": scores(peer.log_loss),
    "brier": scores(peer.brier_score_loss),
    "roc_auc": scores(peer.roc_auc_score),
    "pr_auc": scores(peer.average_precision_score),
    "average_precision": scores(peer.average_precision_score),
    "mae": labels(peer.mean_absolute_error),
    "mse": labels(peer.mean_squared_error),
    "rmse": labels(peer.root_mean_squared_error),
}
MULTICLASS = [n for n in PEERS if n == "accuracy" or n.endswith(("_macro", "_weighted", "_micro"))]


def test_every_metric_has_a_peer() -> None:
    assert set(NAMES) == set(PEERS)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_metric_is_what_scikit_learn_says(name: str, seed: int) -> None:
    given = table(seed)
    assert score(name, given) == pytest.approx(float(PEERS[name](given)), abs=1e-12)


@pytest.mark.parametrize("name", MULTICLASS)
def test_with_many_classes_too(name: str) -> None:
    given = table(3, classes=5)
    assert score(name, given) == pytest.approx(float(PEERS[name](given)), abs=1e-12)


@pytest.mark.parametrize("name", ["precision", "recall", "f1", "f1_macro", "f1_weighted"])
def test_a_class_that_is_never_predicted_counts_as_nothing_right(name: str) -> None:
    given = table(4)
    none = Predictions(given.ids, given.truth, np.zeros(len(given)), given.score, given.positive)
    assert score(name, none) == pytest.approx(float(PEERS[name](none)), abs=1e-12)


def test_the_last_part_of_a_name_counts() -> None:
    given = table(5)
    assert score("test.f1", given) == score("dev/f1", given) == score("f1", given)


def test_what_cannot_be_computed_says_so() -> None:
    given = table(6)
    with pytest.raises(MlvcError, match="does not know how to compute 'cost'"):
        score("cost", given)
    bare = Predictions(given.ids, given.truth, None, None, given.positive)
    with pytest.raises(MlvcError, match="needs scores"):
        score("roc_auc", bare)
    with pytest.raises(MlvcError, match="needs predicted labels"):
        score("f1", bare)
    texts = Predictions(given.ids, given.truth.astype(str), given.predicted, None, "1.0")
    with pytest.raises(MlvcError, match="needs numbers"):
        score("rmse", texts)
