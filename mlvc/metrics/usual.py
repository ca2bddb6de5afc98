"""Which metrics are usual for a table: as its columns have it."""

from mlvc.metrics.predictions import Predictions, are_probabilities

_NUMBERS = ("mae", "rmse", "r2")
_ONE_LABEL = ("accuracy", "balanced_accuracy", "precision", "recall", "f1")
_LABELS = ("accuracy", "balanced_accuracy", "precision_macro", "recall_macro", "f1_macro")
_CHANCES = ("roc_auc", "pr_auc", "log_loss", "brier", "ece")
_ORDER = ("roc_auc", "pr_auc")
_GROUPS = ("ndcg@10", "precision@10")
_TIMES = ("latency_p50", "latency_p95", "latency_p99")


def usual(table: Predictions) -> tuple[str, ...]:
    """The names of metrics that its columns are there for."""
    names: tuple[str, ...] = ()
    if table.is_of_numbers:
        names += _NUMBERS
    elif table.predicted is not None:
        names += _LABELS if table.positive is None else _ONE_LABEL
    if table.score is not None and table.group is not None:
        names += _GROUPS
    elif table.score is not None and table.positive is not None:
        names += _CHANCES if are_probabilities(table.score) else _ORDER
    return names if table.latency is None else names + _TIMES
