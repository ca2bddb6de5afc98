"""What is said of a reproduction, from what came out."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlvc.domain.reproduction import (
    BIT_IDENTICAL,
    DIFFERENT,
    IDENTICAL,
    METRIC_IDENTICAL,
    VOLATILE,
    OutputReproduced,
    StageReproduced,
    compared,
    first_difference,
    verdict,
)
from mlvc.domain.structure import first_key, leaves


def stage(name: str, *statuses: str) -> StageReproduced:
    outputs = (OutputReproduced(f"{name}{n}", s, None, None) for n, s in enumerate(statuses))
    return StageReproduced(name, 1.0, tuple(outputs))


SAME, OFF = {"a": 1.0, "b": 0.0}, {"a": 1.0 + 1e-9, "b": 1e-9}


@pytest.mark.parametrize(
    ("statuses", "now", "tolerance", "says"),
    [
        ([IDENTICAL, VOLATILE], SAME, 0, BIT_IDENTICAL),
        ([IDENTICAL, DIFFERENT], SAME, 0, METRIC_IDENTICAL),
        ([VOLATILE, DIFFERENT], OFF, 1e-6, METRIC_IDENTICAL),
        ([VOLATILE, DIFFERENT], OFF, 0, DIFFERENT),
        ([DIFFERENT], {"a": 1.0}, 1, DIFFERENT),
        ([DIFFERENT], {**SAME, "c": 1.0}, 1, DIFFERENT),
    ],
)
def test_the_verdict(
    statuses: list[str], now: dict[str, float], tolerance: float, says: str
) -> None:
    stages = [stage("one", IDENTICAL), stage("two", *statuses)]
    metrics = compared(SAME, now, sorted({*SAME, *now}), tolerance)
    assert verdict(stages, metrics) == says


def test_without_metrics_nothing_but_the_bytes_can_be_the_same() -> None:
    assert verdict([stage("one", DIFFERENT)], ()) == DIFFERENT
    assert verdict([stage("one", IDENTICAL)], ()) == BIT_IDENTICAL


def test_the_first_difference_is_that_of_the_stage_that_ran_first() -> None:
    stages = [stage("z", VOLATILE), stage("b", IDENTICAL, DIFFERENT), stage("a", DIFFERENT)]
    found = first_difference(stages)
    assert found and (found.stage, found.path) == ("b", "b1")
    assert "chance" in found.why
    assert first_difference(stages[:1]) is None


VALUES = st.floats(-1e6, 1e6)


@settings(max_examples=50)
@given(VALUES, VALUES, st.floats(0, 1))
def test_a_metric_is_the_same_where_isclose_says_so_and_either_way_round(
    old: float, new: float, tolerance: float
) -> None:
    (found,) = compared({"m": old}, {"m": new}, ["m"], tolerance)
    (back,) = compared({"m": new}, {"m": old}, ["m"], tolerance)
    assert found.same == back.same == math.isclose(old, new, rel_tol=tolerance, abs_tol=tolerance)


KEYS = st.text("ab.[]0", max_size=3)
SCALARS = st.none() | st.booleans() | st.integers(0, 2) | st.text("ab", max_size=2)
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)


@settings(max_examples=100)
@given(DOCUMENTS, DOCUMENTS)
def test_documents_that_say_the_same_have_no_key_that_differs(old: object, new: object) -> None:
    assert first_key(leaves(old), leaves(old)) == ""
    if first_key(leaves(old), leaves(new)) == "":
        assert first_key(leaves(new), leaves(old)) == ""
