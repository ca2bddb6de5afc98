"""Intervals of differences: as a plain bootstrap has them, and as often right as they say."""

from dataclasses import replace

import numpy as np
import pytest

from mlvc.errors import MlvcError
from mlvc.metrics import NAMES, NotAlike, Predictions, matched, paired, score
from mlvc.metrics.matched import interval
from tests.metrics.tables import table


def changed(given: Predictions, seed: int, share: float) -> Predictions:
    """Another model: of some rows it says otherwise."""
    source = np.random.default_rng(seed)
    other = source.random(len(given)) < share
    assert given.predicted is not None
    assert given.score is not None and given.latency is not None
    predicted = np.where(other, 1 - given.predicted, given.predicted)
    shifted = np.where(other, np.round(1 - given.score, 2), given.score)
    latency = source.permutation(given.latency) * 1.1
    return replace(given, predicted=predicted, score=shifted, latency=latency)


# Those are drawn in groups, and in bins that stay.
ROW_BY_ROW = [name for name in NAMES if name not in ("ndcg", "ece_quantile")]


@pytest.mark.parametrize("name", ROW_BY_ROW)
def test_an_interval_is_that_of_rows_drawn_one_by_one(name: str) -> None:
    one = table(1, rows=300)
    other = changed(one, 2, 0.1)
    found = paired(name, one, other)
    assert (found.one, found.other) == (score(name, one), score(name, other))
    source, plain = np.random.default_rng(7), []
    for _ in range(1500):
        rows = source.integers(len(one), size=len(one)).tolist()
        plain.append(score(name, one.taken(rows)) - score(name, other.taken(rows)))
    low, high = np.quantile(plain, [0.05, 0.95])
    width = high - low
    assert found.interval(0.9) == pytest.approx((low, high), abs=0.12 * width)


def test_the_same_model_has_no_interval_at_all() -> None:
    given = table(1)
    for name in NAMES:
        assert paired(name, given, given).interval(0.99) == (0, 0)


def test_equal_tables_have_equal_intervals() -> None:
    one, other = table(1), changed(table(1), 3, 0.2)
    first, second = (paired("f1", one, other).interval(0.95) for _ in range(2))
    assert first == second


def test_a_share_is_of_the_other_value() -> None:
    one, other = table(1, rows=4000), changed(table(1, rows=4000), 3, 0.2)
    found = paired("accuracy", one, other)
    low, high = found.interval(0.95, relative=True)
    plain = found.interval(0.95)
    assert low < plain[0] / found.other * 1.05 + 0.01
    assert low < (found.one - found.other) / found.other < high


def test_there_is_no_share_of_nothing() -> None:
    one = table(1)
    assert one.predicted is not None
    none = paired("f1", one, replace(one, predicted=np.zeros(len(one))))
    assert none.interval(0.9)[0] > 0
    with pytest.raises(MlvcError, match="a share of 0"):
        none.interval(0.9, relative=True)
    few = replace(one, predicted=(np.arange(len(one)) == np.argmax(one.truth)) * 1.0)
    low, high = paired("f1", one, few).interval(0.9, relative=True)
    assert 0 < low < high < np.inf


def test_rows_are_matched_by_name_whatever_their_order() -> None:
    one, other = table(1), changed(table(1), 3, 0.2)
    turned = other.taken(list(range(len(other)))[::-1])
    assert paired("roc_auc", one, turned).interval(0.9) == paired("roc_auc", one, other).interval(
        0.9
    )


def test_other_rows_are_no_comparison() -> None:
    one = table(1)
    with pytest.raises(NotAlike, match="not of the same rows: 10 are in one only"):
        paired("f1", one, one.taken(range(390)))
    with pytest.raises(NotAlike, match="what is true in row 'r"):
        paired("f1", one, table(2))
    twice = one.taken([0, 0, *range(2, 400)])
    with pytest.raises(NotAlike, match="two rows have one id"):
        paired("f1", twice, twice)


@pytest.mark.parametrize(("gained", "lost"), [(3, 12), (0, 7), (40, 41), (5, 0), (0, 0)])
def test_the_matched_interval_agrees_with_mcnemar_about_zero(gained: int, lost: int) -> None:
    changes = gained + lost
    statistic = abs(gained - lost) / np.sqrt(changes) if changes else 0.0
    for confidence, limit in ((0.9, 1.6448536), (0.95, 1.9599640), (0.99, 2.5758293)):
        low, high = interval(gained, lost, 200, confidence)
        assert -1 <= low <= (gained - lost) / 200 <= high <= 1
        assert (low <= 0 <= high) == (statistic <= limit)


def likeliest(gained: int, lost: int, rows: int, difference: float) -> float:
    """The chance of losing a row that explains the counts best, given the difference."""
    chance = np.linspace(max(0.0, -difference), (1 - difference) / 2, 400_001)[1:-1]
    rest = 1 - 2 * chance - difference
    with np.errstate(divide="ignore"):
        said = gained * np.log(chance + difference) + lost * np.log(chance)
        said = said + (rows - gained - lost) * np.log(rest)
    return float(chance[np.argmax(said)])


@pytest.mark.parametrize(("gained", "lost", "rows"), [(3, 12, 200), (1, 2, 44), (40, 41, 100)])
def test_the_ends_are_the_differences_that_the_score_test_just_accepts(
    gained: int, lost: int, rows: int
) -> None:
    for end in interval(gained, lost, rows, 0.95):
        chance = likeliest(gained, lost, rows, end)
        spread = (2 * chance + end - end**2) / rows
        statistic = ((gained - lost) / rows - end) / np.sqrt(spread)
        assert abs(statistic) == pytest.approx(1.96, abs=2e-3)


def test_where_nothing_differs_the_ends_are_those_of_no_event() -> None:
    low, high = interval(0, 0, 50, 0.95)
    assert high == pytest.approx(1.959964**2 / (50 + 1.959964**2), abs=1e-6)
    assert low == pytest.approx(-high, abs=1e-9)


def test_matched_and_bootstrapped_agree_where_there_are_many_rows() -> None:
    one, other = table(1, rows=20_000), changed(table(1, rows=20_000), 3, 0.05)
    wide = paired("accuracy", one, other).interval(0.95)
    assert matched(one, other, 0.95) == pytest.approx(wide, abs=6e-4)


def test_rows_that_are_grouped_otherwise_are_no_comparison() -> None:
    one = table(1)
    assert one.group is not None
    with pytest.raises(NotAlike, match="how rows are grouped"):
        paired("ndcg", one, replace(one, group=one.group[::-1]))
