"""The interval of one model's metric: as a plain bootstrap of its rows has it."""

from dataclasses import replace

import numpy as np
import pytest

from mlvc.errors import MlvcError
from mlvc.metrics import NAMES, interval, score
from tests.metrics.tables import table


@pytest.mark.parametrize("name", [name for name in NAMES if name != "ndcg"])
def test_an_interval_is_that_of_rows_drawn_one_by_one(name: str) -> None:
    given = table(1, rows=200)
    source = np.random.default_rng(7)
    plain = [score(name, given.taken(source.integers(200, size=200).tolist())) for _ in range(1000)]
    low, high = np.quantile(plain, [0.05, 0.95])
    assert interval(name, given, 0.9) == pytest.approx((low, high), abs=0.15 * (high - low))


def test_more_confidence_and_fewer_rows_make_it_wider() -> None:
    many, few = table(1, rows=4000), table(1, rows=400)
    widths = [np.ptp(interval("f1", t, c)) for t, c in ((many, 0.8), (many, 0.99), (few, 0.99))]
    assert widths == sorted(widths)
    assert widths[0] < widths[2] / 4


def test_equal_tables_have_equal_intervals() -> None:
    assert interval("roc_auc", table(1), draws=200) == interval("roc_auc", table(1), draws=200)


def test_what_cannot_be_computed_has_no_interval() -> None:
    with pytest.raises(MlvcError, match="does not know how to compute 'cost'"):
        interval("cost", table(1))


def test_of_a_ranking_whole_groups_are_drawn() -> None:
    given = table(1, rows=400)
    assert given.group is not None
    each = [
        score("ndcg@3", given.taken(np.flatnonzero(given.group == g).tolist())) for g in range(50)
    ]
    means = np.random.default_rng(7).choice(each, size=(2000, 50)).mean(1)
    low, high = np.quantile(means, [0.05, 0.95])
    assert interval("ndcg@3", given, 0.9) == pytest.approx((low, high), abs=0.1 * (high - low))


def test_draws_in_which_a_metric_has_no_value_are_left_out() -> None:
    rare = table(1, rows=40).taken(range(40))
    truth = np.zeros(40)
    truth[:2] = 1  # so in every seventh draw there is none
    low, high = interval("roc_auc", replace(rare, truth=truth), 0.9)
    assert 0 < low < high < 1


def test_labels_of_many_kinds_are_drawn_a_block_at_a_time() -> None:
    given = table(1, rows=3000, classes=60)
    low, high = interval("f1_macro", given)
    assert low < score("f1_macro", given) < high
