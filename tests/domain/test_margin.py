"""Margins under uncertainty: three ways, and nothing in doubt that passes or fails."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlvc.domain.gate import Baseline, Finding, judge
from mlvc.domain.margin import Drop, Undecided, corrected
from mlvc.domain.rule import Rule
from mlvc.domain.verdict import Verdict

RULE = Rule("f1", max_drop=0.02, test="paired_bootstrap")
NUMBERS = st.floats(-1, 1)


def only(rule: Rule, drop: Drop | Undecided | None) -> Finding:
    drops = {} if drop is None else {rule: drop}
    baseline = Baseline({"f1": 0.5}, "fraud@v1.0.0", drops=drops)
    (finding,) = judge([rule], {"f1": 0.47}, baseline).findings
    return finding


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.021, 0.04, "FAIL"),
        (0.02, 0.04, "INCONCLUSIVE"),
        (-0.01, 0.0201, "INCONCLUSIVE"),
        (-0.01, 0.02, "PASS"),
        (0.0, 0.0, "PASS"),
    ],
)
def test_the_whole_interval_decides(low: float, high: float, verdict: str) -> None:
    finding = only(RULE, Drop((low + high) / 2, low, high, 0.95, 1000))
    assert finding.verdict == verdict
    assert finding.drop and (finding.drop.low, finding.drop.high) == (low, high)


@given(NUMBERS, NUMBERS, st.floats(0, 1))
def test_a_wider_interval_never_turns_pass_into_fail(one: float, other: float, by: float) -> None:
    low, high = min(one, other), max(one, other)
    narrow = Drop(low, low, high, 0.9, 10).verdict(0.1)
    wide = Drop(low, low - by, high + by, 0.9, 10).verdict(0.1)
    assert wide in (narrow, Verdict.INCONCLUSIVE)


def test_the_finding_says_all_that_it_rests_on() -> None:
    finding = only(RULE, Drop(0.03, 0.021, 0.039, 0.975, 27_020, tests=2))
    assert finding.rule_text == "f1 max_drop 0.02 (maximize, paired_bootstrap)"
    assert finding.explanation == (
        "f1 is 0.47, in fraud@v1.0.0 0.5: a drop of 0.03, 97.5 % interval 0.021 to 0.039 on"
        " 27,020 rows, corrected for 2 tests, all of it beyond the margin 0.02"
    )


def test_a_share_is_told_in_percent() -> None:
    rule = Rule("f1", max_drop=0.05, relative=True, test="paired_bootstrap")
    finding = only(rule, Drop(-0.01, -0.03, 0.01, 0.95, 500, relative=True))
    assert finding.rule_text == "f1 max_drop 5 % (maximize, paired_bootstrap)"
    assert "a rise of 1 %, 95 % interval -1 % to 3 % on 500 rows" in finding.explanation
    assert "all of it within the margin 5 %" in finding.explanation


def test_too_few_rows_decide_nothing() -> None:
    rule = Rule("f1", max_drop=0.02, test="paired_bootstrap", min_samples=1000)
    finding = only(rule, Drop(0.4, 0.3, 0.5, 0.95, 999))
    assert finding.verdict is Verdict.INCONCLUSIVE
    assert "only 999 rows, and 1,000 are asked for" in finding.explanation
    assert only(rule, Drop(0.4, 0.3, 0.5, 0.95, 1000)).verdict is Verdict.FAIL


@pytest.mark.parametrize("verdict", [Verdict.ERROR, Verdict.INCONCLUSIVE])
def test_what_was_not_compared_is_no_pass(verdict: Verdict) -> None:
    finding = only(RULE, Undecided(verdict, "nothing is told: other rows"))
    assert finding.verdict is verdict
    assert finding.explanation.endswith("nothing is told: other rows")
    assert only(RULE, None).verdict is Verdict.ERROR


def test_a_first_release_has_nothing_to_be_tested_against() -> None:
    (finding,) = judge([RULE], {"f1": 0.47}, Baseline(expected=False)).findings
    assert finding.verdict is Verdict.NONE


@given(st.floats(0.5, 0.999), st.integers(1, 50))
def test_several_tests_hold_together(confidence: float, tests: int) -> None:
    each = corrected(confidence, tests)
    assert tests * (1 - each) == pytest.approx(1 - confidence)
    assert confidence <= each < 1
