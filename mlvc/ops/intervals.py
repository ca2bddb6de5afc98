"""How sure a metric of each release is, as far as predictions tell."""

from collections.abc import Iterator, Mapping

from mlvc.domain.rule import Rule
from mlvc.errors import MlvcError
from mlvc.ops.measured import Measured, listed
from mlvc.ops.naming import Target
from mlvc.ops.testing import disagreement

_DRAWS = 1000  # nothing is decided by the last digit of what is only shown


class Intervals:
    """What chance makes of one metric of each release, as far as predictions tell."""

    def __init__(self, measured: Measured, rule: Rule) -> None:
        self._measured, self._rule = measured, rule
        self._without: list[tuple[Target, str]] = []

    def of(self, target: Target, metrics: Mapping[str, float]) -> tuple[float, float] | None:
        """At 95 %; None where it is not known, or is no metric that predictions give."""
        from mlvc.metrics import interval, is_known, score

        name = self._rule.computed
        if not is_known(name):
            return None
        try:
            table = self._measured.table(target)
            odd = disagreement(self._rule, score(name, table), metrics)
            found = None if odd else interval(name, table, draws=_DRAWS)
        except MlvcError as error:
            odd, found = error.message, None
        if odd:
            self._without.append((target, odd))
        return found

    def notes(self) -> Iterator[str]:
        """Which releases have none that should have one, and why the first of them has none."""
        if self._without:
            of = listed(target for target, _ in self._without)
            yield f"no interval of {of}: {self._without[0][1]}"
