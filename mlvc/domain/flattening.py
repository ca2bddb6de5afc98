"""Metrics by name: the numbers of a nested document."""

from collections.abc import Iterator, Mapping

from mlvc.domain.rule import finite
from mlvc.errors import MlvcError

_MOST, _DEEPEST = 100_000, 100  # values of metrics: YAML can name one in itself, or many times


def flatten(document: object) -> dict[str, float]:
    """The numbers of a metrics file, nested names joined by dots.

    Texts, bools, nulls and lists are no metrics and are left out. Raises MlvcError, naming the
    metric, for NaN or infinity and for two metrics of one name, and for far too many.
    """
    metrics: dict[str, float] = {}
    for name, value in _leaves(document):
        number = finite(value)
        if number is None:
            raise MlvcError(f"metric {name} is not finite", "a metric must be a finite number.")
        if name in metrics:
            raise MlvcError(f"metric {name} is there twice", "rename one of them.")
        metrics[name] = number
    return metrics


def _leaves(document: object) -> Iterator[tuple[str, float]]:
    left: list[tuple[tuple[str, ...], object]] = [((), document)]
    for _ in range(_MOST):
        if not left:
            return
        path, value = left.pop()
        if len(path) > _DEEPEST:
            break
        if isinstance(value, Mapping):
            left += reversed([((*path, str(key)), item) for key, item in value.items()])
        elif path and isinstance(value, int | float) and not isinstance(value, bool):
            yield ".".join(path), value
    raise MlvcError(
        f"metrics are nested more than {_DEEPEST} deep, or more than {_MOST:,}", "write fewer."
    )
