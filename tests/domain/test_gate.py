"""Gates: every bound with every odd value, and nothing odd that passes."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlvc.domain.gate import Baseline, Finding, judge
from mlvc.domain.rule import Rule
from mlvc.domain.verdict import Verdict, overall

MISSING = object()
ODD = [math.nan, math.inf, -math.inf, None, "0.9", "NaN", True, [], {}, 10**400, MISSING]
# `repr` would hold the address of MISSING, which differs between the workers of pytest-xdist.
NAMES = ["missing" if value is MISSING else repr(value)[:20] for value in ODD]
BOUNDS = ["min", "max", "max_drop"]


def only(rule: Rule, value: Any, before: Any = 0.9, **options: Any) -> Finding:
    metrics = {} if value is MISSING else {"auc": value}
    baseline = {} if before is MISSING else {"auc": before}
    before = Baseline(options.pop("baseline", baseline), "fraud@v1.0.0", **options)
    judgement = judge([rule], metrics, before)
    (finding,) = judgement.findings
    assert judgement.verdict == finding.verdict
    return finding


@pytest.mark.parametrize("bound", BOUNDS)
@pytest.mark.parametrize("goal", ["maximize", "minimize"])
@pytest.mark.parametrize("value", ODD, ids=NAMES)
def test_an_odd_value_is_an_error_for_every_bound(bound: str, goal: Any, value: Any) -> None:
    bounds: Any = {bound: 0.5}
    finding = only(Rule("auc", goal=goal, **bounds), value)
    assert finding.verdict is Verdict.ERROR
    assert "auc" in finding.explanation


@pytest.mark.parametrize("goal", ["maximize", "minimize"])
@pytest.mark.parametrize("before", ODD, ids=NAMES)
def test_an_odd_baseline_is_an_error(goal: Any, before: Any) -> None:
    finding = only(Rule("auc", max_drop=0.1, goal=goal), 0.9, before)
    assert finding.verdict is Verdict.ERROR
    assert "fraud@v1.0.0" in finding.explanation and "auc" in finding.explanation


@pytest.mark.parametrize("bound", BOUNDS)
@pytest.mark.parametrize("threshold", [math.nan, math.inf, -math.inf])
def test_an_odd_threshold_is_an_error(bound: str, threshold: float) -> None:
    bounds: Any = {bound: threshold}
    assert only(Rule("auc", **bounds), 0.9).verdict is Verdict.ERROR


@pytest.mark.parametrize(
    ("rule", "value", "verdict", "limit"),
    [
        (Rule("auc", min=0.8), 0.8, "PASS", 0.8),
        (Rule("auc", min=0.8), 0.79, "FAIL", 0.8),
        (Rule("auc", max=0.8), 0.8, "PASS", 0.8),
        (Rule("auc", max=0.8), 0.81, "FAIL", 0.8),
        (Rule("auc", max_drop=0.01), 0.89, "PASS", 0.89),
        (Rule("auc", max_drop=0.01), 0.88, "FAIL", 0.89),
        (Rule("auc", max_drop=0), 0.95, "PASS", 0.9),
        (Rule("auc", max_drop=0.1, goal="minimize"), 1.0, "PASS", 1.0),
        (Rule("auc", max_drop=0.1, goal="minimize"), 1.01, "FAIL", 1.0),
        (Rule("auc", max_drop=0.1, goal="minimize"), 0.1, "PASS", 1.0),
    ],
)
def test_bounds_are_inclusive(rule: Rule, value: float, verdict: str, limit: float) -> None:
    finding = only(rule, value)
    assert finding.verdict == verdict
    assert (finding.value, finding.limit) == (value, limit)
    assert "auc" in finding.explanation and repr(value) in finding.explanation
    assert repr(limit) in finding.explanation
    if rule.max_drop is not None:
        assert "0.9" in finding.explanation and "fraud@v1.0.0" in finding.explanation


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_margin_met_to_the_digit_passes(before: int, margin: int) -> None:
    for goal, sign in (("maximize", -1), ("minimize", 1)):
        value = (before + sign * margin) / 1000
        rule = Rule("auc", max_drop=margin / 1000, goal=goal)  # type: ignore[arg-type]
        assert only(rule, value, before / 1000).verdict is Verdict.PASS
        assert only(rule, value + sign * 0.0001, before / 1000).verdict is Verdict.FAIL


def test_a_baseline_without_an_evaluation_is_an_error() -> None:
    finding = only(Rule("auc", max_drop=0.1), 0.9, baseline=None)
    assert finding.verdict is Verdict.ERROR
    assert "fraud@v1.0.0 has no evaluation by the same evaluator" in finding.explanation


def test_a_first_release_has_nothing_to_compare_with() -> None:
    finding = only(Rule("auc", max_drop=0.1), 0.9, baseline=None, expected=False)
    assert finding.verdict is Verdict.NONE
    assert "not applicable" in finding.explanation


def test_a_first_release_still_needs_its_metric() -> None:
    rule = Rule("auc", max_drop=0.1)
    finding = only(rule, MISSING, baseline=None, expected=False)
    assert finding.verdict is Verdict.ERROR


def test_each_bound_of_a_rule_is_a_finding() -> None:
    rules = [Rule("auc", min=0.1, max=0.95, max_drop=0.2), Rule("f1", min=0.5)]
    judgement = judge(rules, {"auc": 0.9, "f1": 0.4}, Baseline({"auc": 0.9}))
    assert [f.rule_text for f in judgement.findings] == [
        "auc min 0.1",
        "auc max 0.95",
        "auc max_drop 0.2 (maximize)",
        "f1 min 0.5",
    ]
    assert [f.verdict for f in judgement.findings] == ["PASS", "PASS", "PASS", "FAIL"]
    assert judgement.verdict is Verdict.FAIL


def test_no_rules_is_no_verdict() -> None:
    assert judge([], {"auc": 1.0}, Baseline()).verdict is Verdict.NONE


ORDER = [Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.PASS, Verdict.NONE]


@given(st.lists(st.sampled_from(ORDER)))
def test_the_gravest_verdict_is_that_of_all(verdicts: list[Verdict]) -> None:
    assert overall(verdicts) == min([*verdicts, Verdict.NONE], key=ORDER.index)
