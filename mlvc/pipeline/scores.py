"""How good predictions are: numbers to compare, and curves to look at."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pandas import DataFrame

    Array = NDArray[Any]

DIGITS = 6
POINTS = 201
BINS = 10


def metrics(late: "Array", predicted: "Array", probability: "Array") -> dict[str, float]:
    """Scores of one prediction a row; rounded, so that another processor writes the same file."""
    from sklearn import metrics as score

    values = {
        "accuracy": score.accuracy_score(late, predicted),
        "precision": score.precision_score(late, predicted, zero_division=0),
        "recall": score.recall_score(late, predicted, zero_division=0),
        "f1": score.f1_score(late, predicted, zero_division=0),
        "roc_auc": score.roc_auc_score(late, probability),
        "log_loss": score.log_loss(late, probability),
        "brier": score.brier_score_loss(late, probability),
    }
    return {name: round(float(value), DIGITS) for name, value in values.items()} | {
        "rows": len(late)
    }


def curves(late: "Array", probability: "Array") -> "dict[str, DataFrame]":
    """The ROC, precision-recall and calibration curves, by name, each a table of its points."""
    from sklearn.calibration import calibration_curve
    from sklearn.metrics import precision_recall_curve, roc_curve

    false_alarms, found, _ = roc_curve(late, probability)
    precision, recall, _ = precision_recall_curve(late, probability)
    happened, said = calibration_curve(late, probability, n_bins=BINS, strategy="quantile")
    return {
        "roc": _table(false_positive_rate=false_alarms, true_positive_rate=found),
        "precision_recall": _table(recall=recall, precision=precision),
        "calibration": _table(predicted=said, observed=happened),
    }


def _table(**columns: "Array") -> "DataFrame":
    """At most POINTS rows, evenly chosen: the curves live in Git."""
    from numpy import linspace
    from pandas import DataFrame

    table = DataFrame(columns).round(DIGITS)
    kept = linspace(0, len(table) - 1, min(POINTS, len(table))).round().astype(int)
    return table.iloc[kept]
