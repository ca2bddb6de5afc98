"""How much worse than the baseline a metric is, and what its uncertainty says of a margin."""

from dataclasses import dataclass
from typing import Literal

from mlvc.domain.verdict import Verdict
from mlvc.domain.wording import counted

Test = Literal["none", "paired_bootstrap", "mcnemar"]


@dataclass(frozen=True)
class Drop:
    """How much worse the candidate is than the baseline; negative where it is better.

    In units of the metric, or as a share of the baseline's value where `relative`. The interval
    from `low` to `high` holds the true drop with `confidence`, that of the gate corrected for the
    number of `tests` it makes. `rows` is how many both were compared on.
    """

    value: float
    low: float
    high: float
    confidence: float
    rows: int
    tests: int = 1
    relative: bool = False

    def verdict(self, margin: float) -> Verdict:
        """FAIL where all of the interval is beyond the margin, PASS where all of it is within."""
        if self.low > margin:
            return Verdict.FAIL
        return Verdict.PASS if self.high <= margin else Verdict.INCONCLUSIVE

    def explained(self, margin: float) -> str:
        """The numbers behind the verdict, in words."""
        way, sign = ("drop", 1) if self.value > 0 else ("rise", -1)
        low, high = sorted((sign * self.low, sign * self.high))
        where = {
            Verdict.FAIL: "all of it beyond the margin",
            Verdict.PASS: "all of it within the margin",
            Verdict.INCONCLUSIVE: "which reaches across the margin",
        }[self.verdict(margin)]
        corrected = f", corrected for {self.tests} tests" if self.tests > 1 else ""
        return (
            f"a {way} of {self._text(sign * self.value)}, {100 * self.confidence:.4g} % interval"
            f" {self._text(low)} to {self._text(high)} on {counted(self.rows, 'row')}{corrected},"
            f" {where} {self._text(margin)}"
        )

    def _text(self, number: float) -> str:
        number += 0.0  # no sign for nothing
        return f"{100 * number:.3g} %" if self.relative else f"{number:.4g}"


@dataclass(frozen=True)
class Undecided:
    """Why there is no drop to judge: ERROR where it could not be computed, or INCONCLUSIVE."""

    verdict: Verdict
    why: str


def corrected(confidence: float, tests: int) -> float:
    """The confidence of each of several tests for which all hold at once with `confidence`.

    Bonferroni: it holds whatever the tests have to do with each other.
    """
    return 1 - (1 - confidence) / max(1, tests)
