"""The simulation of verdicts: its cases are what they say, and a tested gate keeps its word."""

import numpy as np
import pytest

from benchmarks.calibration import MARGIN, Case, main, simulate
from mlvc.metrics import score


@pytest.mark.parametrize("metric", ["accuracy", "f1"])
def test_the_true_drop_is_the_one_that_was_asked_for(metric: str) -> None:
    from benchmarks.calibration import _drawn

    one, other = _drawn(Case(metric, 400_000, 0.5, MARGIN), np.random.default_rng(1))
    assert score(metric, other) - score(metric, one) == pytest.approx(MARGIN, abs=5e-3)


def test_a_drop_at_the_margin_seldom_fails_where_it_is_tested() -> None:
    found = simulate(Case("accuracy", 200, 0.8, MARGIN), rounds=300, seed=7)
    for way in ("paired_bootstrap", "mcnemar"):
        assert found[way]["FAIL"] / 300 < 0.06
        assert found[way]["PASS"] / 300 < 0.06
    assert found["difference"]["FAIL"] / 300 > 0.3


def test_a_large_drop_is_seen() -> None:
    found = simulate(Case("f1", 5000, 0.8, 2 * MARGIN), rounds=40, seed=7)
    assert found["paired_bootstrap"]["FAIL"] / 40 > 0.8


def test_the_table_has_a_row_for_each_case_and_way(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--rounds", "2"]) in (0, 1)
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert len(rows) == 1 + 18 * 4 + 18 * 3
