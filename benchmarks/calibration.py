"""How often a gate with a test is wrong, by simulation: `make calibration`.

A truth is drawn, and two models that see it: the errors of both are drawn from the same numbers,
partly or not at all. How much worse the candidate truly is is known. The intervals that `mlvc gate`
judges by are compared with the plain difference of two numbers (`test: none`), and with MLflow's
`MetricThreshold`, where a candidate has to be no worse than the baseline.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from mlvc.metrics import Predictions, matched, paired

Array = NDArray[np.float64]
MARGIN, CONFIDENCE, LATE = 0.03, 0.95, 0.3
VERDICTS = ("FAIL", "INCONCLUSIVE", "PASS")
_DRAWS = 1000
_HIT, _FALSE = 0.75, 0.12  # of the baseline: positives that it finds, others that it calls positive
_OK = 2.58  # standard errors that chance may add to a rate


@dataclass(frozen=True)
class Case:
    """`common` is the share of rows in which both models err by the same number."""

    metric: str
    rows: int
    common: float
    drop: float

    @property
    def hit(self) -> float:
        """What the candidate finds, so that its metric is worse by just `drop`."""
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            worse = _true(self.metric, _HIT) - _true(self.metric, middle) > self.drop
            low, high = (middle, high) if worse else (low, middle)
        return (low + high) / 2


def _true(metric: str, hit: float) -> float:
    """The metric of endless rows."""
    found, called = LATE * hit, LATE * hit + (1 - LATE) * _FALSE
    if metric == "accuracy":
        return found + (1 - LATE) * (1 - _FALSE)
    return 2 * found / (called + LATE)


def _drawn(case: Case, source: np.random.Generator) -> tuple[Predictions, Predictions]:
    """The candidate and the baseline on the same rows."""
    truth = (source.random(case.rows) < LATE).astype(np.float64)
    first = source.random(case.rows)
    second = np.where(source.random(case.rows) < case.common, first, source.random(case.rows))
    ids = tuple(map(str, range(case.rows)))

    def seen(numbers: Array, hit: float) -> Predictions:
        said = (numbers < np.where(truth == 1, hit, _FALSE)).astype(np.float64)
        return Predictions(ids, truth, said, None, 1.0)

    return seen(second, case.hit), seen(first, _HIT)


def _verdict(low: float, high: float) -> str:
    """Of an interval of how much better the candidate is."""
    if high < -MARGIN:
        return "FAIL"
    return "PASS" if low >= -MARGIN else "INCONCLUSIVE"


def _judged(case: Case, one: Predictions, other: Predictions) -> Iterator[tuple[str, str]]:
    both = paired(case.metric, one, other, _DRAWS)
    gain = both.one - both.other
    yield "paired_bootstrap", _verdict(*both.interval(CONFIDENCE))
    if case.metric == "accuracy":
        yield "mcnemar", _verdict(*matched(one, other, CONFIDENCE))
    yield "difference", "FAIL" if gain < -MARGIN else "PASS"
    yield "MetricThreshold", "FAIL" if gain < 0 else "PASS"


def simulate(case: Case, rounds: int, seed: int) -> dict[str, Counter[str]]:
    """How often each way of judging gives each verdict."""
    source, found = np.random.default_rng(seed), dict[str, Counter[str]]()
    for _ in range(rounds):
        for way, verdict in _judged(case, *_drawn(case, source)):
            found.setdefault(way, Counter())[verdict] += 1
    return found


def _print(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the table is what it is for


def main(words: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a tested gate fails a drop within the margin too often."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000, help="simulations of each case")
    rounds: int = parser.parse_args(words).rounds
    limit = 1 - CONFIDENCE
    limit += _OK * (limit * (1 - limit) / rounds) ** 0.5
    wrong = 0
    _print(f"margin {MARGIN}, confidence {CONFIDENCE:.0%}, {rounds} simulations of each case\n")
    _print(
        "| metric | rows | errors in common | true drop | judged by | FAIL | INCONCLUSIVE | PASS |"
    )
    _print("|---|---|---|---|---|---|---|---|")
    cases = product(("accuracy", "f1"), (200, 1000, 5000), (0.0, 0.8), (0.0, MARGIN, 2 * MARGIN))
    for number, values in enumerate(cases):
        case = Case(*values)
        for way, counts in simulate(case, rounds, number).items():
            shares = {verdict: counts[verdict] / rounds for verdict in VERDICTS}
            tested = way in ("paired_bootstrap", "mcnemar")
            bad = tested and case.drop <= MARGIN and shares["FAIL"] > limit
            wrong += bad
            cells = " | ".join(f"{share:.1%}" for share in shares.values())
            facts = f"{case.metric} | {case.rows:,} | {case.common:.0%} | {case.drop:g}"
            _print(f"| {facts} | {way} | {cells} |{' WRONG' * bad}")
    _print(f"\n{wrong} tested rows FAIL a drop within the margin more often than {limit:.1%}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
