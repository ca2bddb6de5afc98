"""Metrics of a table of predictions: what scikit-learn says, at once for thousands of draws."""

import warnings
from collections.abc import Callable
from typing import Any

import hypothesis
import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from sklearn import metrics as peer
from sklearn.calibration import calibration_curve

from mlvc.errors import MlvcError
from mlvc.metrics import NAMES, Columns, Predictions, confusion, read, score
from tests.metrics.tables import table

Peer = Callable[[Predictions], Any]


def labels(function: Callable[..., Any], **named: Any) -> Peer:
    return lambda t: function(t.truth, t.predicted, **named)


def averaged(function: Callable[..., Any], average: str) -> Peer:
    # The labels are named, since a table may be without the positive one.
    def one(t: Predictions) -> Any:
        if average != "binary":
            return function(t.truth, t.predicted, average=average, zero_division=0)
        return function(t.truth, t.predicted, labels=[t.positive], average="macro", zero_division=0)

    return one


def scores(function: Callable[..., Any], **named: Any) -> Peer:
    return lambda t: function(t.truth == t.positive, t.score, **named)


def calibration(strategy: str) -> Peer:
    """What scikit-learn's curve says, weighed by the rows of each bin."""

    def error(t: Predictions) -> Any:
        assert t.score is not None
        edges = np.linspace(0, 1, 11)
        if strategy == "quantile":
            edges = np.percentile(t.score, edges * 100)
        happened, said = calibration_curve(
            t.truth == t.positive, t.score, n_bins=10, strategy=strategy
        )
        rows = np.bincount(np.searchsorted(edges[1:-1], t.score), minlength=10)
        return np.abs(happened - said) @ rows[rows > 0] / len(t)

    return error


def by_group(function: Callable[..., Any], **named: Any) -> Peer:
    def mean(t: Predictions) -> Any:
        assert t.group is not None and t.score is not None
        parts = [t.group == one for one in np.unique(t.group)]
        return np.mean([function([t.truth[rows]], [t.score[rows]], **named) for rows in parts])

    return mean


def percentile(part: int) -> Peer:
    def among(t: Predictions) -> Any:
        assert t.latency is not None
        return np.percentile(t.latency, part)

    return among


PEERS: dict[str, Peer] = {
    "accuracy": labels(peer.accuracy_score),
    "balanced_accuracy": labels(peer.balanced_accuracy_score),
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
    "log_loss": scores(peer.log_loss, labels=[False, True]),
    "brier": scores(peer.brier_score_loss, pos_label=True),
    "ece": calibration("uniform"),
    "ece_quantile": calibration("quantile"),
    "roc_auc": scores(peer.roc_auc_score),
    "pr_auc": scores(peer.average_precision_score),
    "average_precision": scores(peer.average_precision_score),
    "mae": labels(peer.mean_absolute_error),
    "mse": labels(peer.mean_squared_error),
    "rmse": labels(peer.root_mean_squared_error),
    "mape": labels(peer.mean_absolute_percentage_error),
    "r2": labels(peer.r2_score),
    "ndcg": by_group(peer.ndcg_score),
    **{f"latency_p{part}": percentile(part) for part in (50, 95, 99)},
}
OF_NUMBERS = ("mae", "mse", "rmse", "mape", "r2")
OF_LABELS = [
    n for n in PEERS if n.startswith(("accuracy", "balanced", "precision", "recall", "f1"))
]
MULTICLASS = [n for n in OF_LABELS if n not in ("precision", "recall", "f1")]


def test_every_metric_has_a_peer() -> None:
    assert set(NAMES) == set(PEERS)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_metric_is_what_scikit_learn_says(name: str, seed: int) -> None:
    given = table(seed)
    assert score(name, given) == pytest.approx(float(PEERS[name](given)), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", MULTICLASS)
def test_with_many_classes_too(name: str) -> None:
    given = table(3, classes=5)
    assert score(name, given) == pytest.approx(float(PEERS[name](given)), abs=1e-12)


@st.composite
def any_table(draw: st.DrawFn, label: st.SearchStrategy[float], few: int = 2) -> Predictions:
    """A small table of any kind: of one label, of equal scores, of rows that say all or nothing."""
    size = draw(st.integers(few, 12))
    columns = [draw(st.lists(label, min_size=size, max_size=size)) for _ in range(2)]
    chance = st.one_of(st.sampled_from([0.0, 0.1, 0.5, 1.0]), st.floats(0, 1))
    score = draw(st.lists(chance, min_size=size, max_size=size))
    ids = tuple(map(str, range(size)))
    return Predictions(ids, np.array(columns[0]), np.array(columns[1]), np.array(score), 1.0)


def agrees(name: str, given: Predictions) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn warns of what it then calls 0
        expected = float(PEERS[name](given))
    if np.isnan(expected):
        with pytest.raises(MlvcError, match="has no value"):
            score(name, given)
    else:
        assert score(name, given) == pytest.approx(expected, rel=1e-7, abs=1e-9), name


@settings(max_examples=60, deadline=None)
@hypothesis.given(any_table(st.sampled_from([0.0, 1.0])))
def test_tables_of_any_kind_agree_on_two_labels(given: Predictions) -> None:
    for name in [n for n in PEERS if n not in (*OF_NUMBERS, "ndcg") and "latency" not in n]:
        agrees(name, given)


@settings(max_examples=40, deadline=None)
@hypothesis.given(any_table(st.sampled_from([0.0, 1.0, 2.0, 3.0])))
def test_tables_of_any_kind_agree_on_many_labels(given: Predictions) -> None:
    for name in OF_LABELS:
        agrees(name, given)


@settings(max_examples=60, deadline=None)
@hypothesis.given(any_table(st.integers(-1000, 1000).map(lambda n: n / 8)))
def test_tables_of_any_kind_agree_on_numbers(given: Predictions) -> None:
    for name in OF_NUMBERS:
        agrees(name, given)


@settings(max_examples=40, deadline=None)
@hypothesis.given(any_table(st.sampled_from([0.0, 0.0, 1.0, 3.0]), few=4), st.integers(1, 5))
def test_a_ranking_agrees_whatever_scores_are_equal(given: Predictions, first: int) -> None:
    halves = np.arange(len(given)) % 2
    grouped = Predictions(given.ids, given.truth, None, given.score, None, group=halves)
    expected = by_group(peer.ndcg_score, k=first)(grouped)
    assert score(f"test/ndcg@{first}", grouped) == pytest.approx(expected, abs=1e-9)


def test_precision_at_the_head_of_each_group() -> None:
    rows = b"q,t,s\nx,1,9\nx,0,8\nx,2,7\ny,0,3\ny,1,2\ny,1,2\nz,1,1\n"
    given = read(rows, Columns("t", score="s", group="q"))
    assert score("precision@1", given) == pytest.approx((1 + 0 + 1) / 3)
    # Of the two in y that are equal, both are relevant; z has one row of two.
    assert score("precision@2", given) == pytest.approx((0.5 + 0.5 + 0.5) / 3)


@pytest.mark.parametrize("name", ["precision", "recall", "f1", "f1_macro", "f1_weighted"])
def test_a_class_that_is_never_predicted_counts_as_nothing_right(name: str) -> None:
    given = table(4)
    none = Predictions(given.ids, given.truth, np.zeros(len(given)), given.score, given.positive)
    assert score(name, none) == pytest.approx(float(PEERS[name](none)), abs=1e-12)


def test_rows_without_a_positive_do_not_pass_for_right() -> None:
    rows = b"t,p,s,where\n0,0,0.1,EU\n0,0,0.2,EU\n1,1,0.9,US\n"
    given = read(rows, Columns("t", "p", "s", slices=("where",))).where("where", "EU")
    assert (score("f1", given), score("recall", given), score("accuracy", given)) == (0, 0, 1)
    with pytest.raises(MlvcError, match="roc_auc has no value on these 2 rows"):
        score("roc_auc", given)


def test_of_several_labels_the_one_that_is_meant_must_be_named() -> None:
    rows = b"t,p,s\nham,ham,0.2\nspam,spam,0.9\nmail,spam,0.6\n"
    several = read(rows, Columns("t", "p", "s"))
    for name in ("f1", "roc_auc", "log_loss", "ece"):
        with pytest.raises(MlvcError, match="about one label, and there are more than two"):
            score(name, several)
    assert score("f1_micro", several) == pytest.approx(2 / 3)
    named = read(rows, Columns("t", "p", "s", positive="spam"))
    assert score("precision", named) == 0.5
    assert score("roc_auc", named) == 1


def test_numbers_are_no_labels() -> None:
    numbers = np.arange(5000.0)
    given = Predictions(tuple(map(str, range(5000))), numbers, numbers, None, None)
    with pytest.raises(MlvcError, match="needs labels, and there are 5,000 different ones"):
        score("accuracy", given)
    assert confusion(given) is None
    assert score("r2", given) == 1


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
    with pytest.raises(MlvcError, match="needs numbers"):
        score("r2", texts)
    logits = read(b"t,s\n1,2.5\n0,-1\n", Columns("t", score="s"))
    assert score("roc_auc", logits) == 1
    with pytest.raises(MlvcError, match=r"needs probabilities, and scores go from -1 to 2\.5"):
        score("brier", logits)
    with pytest.raises(MlvcError, match="needs durations"):
        score("latency_p95", logits)
    with pytest.raises(MlvcError, match="ranks rows within groups"):
        score("ndcg@3", logits)
    signed = read(b"t,s,q\n-1,2.5,x\n0,-1,x\n", Columns("t", score="s", group="q"))
    with pytest.raises(MlvcError, match="needs numbers from 0 on"):
        score("ndcg", signed)
