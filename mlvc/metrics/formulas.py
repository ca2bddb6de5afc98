"""The formulas of metrics, by the names that are usual for them: values as in scikit-learn."""

from collections.abc import Mapping

from mlvc.errors import MlvcError
from mlvc.metrics import ranks
from mlvc.metrics.counts import COUNTED
from mlvc.metrics.forms import Metric, Percentile
from mlvc.metrics.losses import AVERAGED
from mlvc.metrics.predictions import latencies

METRICS: Mapping[str, Metric] = {
    **COUNTED,
    **AVERAGED,
    **ranks.RANKED,
    **{f"latency_p{part}": Percentile(latencies, part / 100) for part in (50, 95, 99)},
}
NAMES = tuple(METRICS)


def metric(name: str) -> Metric:
    """The metric of a name: of `test.f1` and `dev/f1` the last part counts. Raises `MlvcError`."""
    found = _find(name)
    if found is None:
        raise MlvcError(
            f"mlvc does not know how to compute {_short(name)!r} from predictions",
            f"Known are {', '.join(NAMES)}, ndcg@K and precision@K; a gate names one as `score:`.",
        )
    return found


def is_known(name: str) -> bool:
    """Whether there is a metric of that name."""
    return _find(name) is not None


def _find(name: str) -> Metric | None:
    return METRICS.get(_short(name)) or ranks.at(_short(name))


def _short(name: str) -> str:
    return name.replace("/", ".").rpartition(".")[2]
