"""Where things stand: nothing hides anything, and numbers tell values apart."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlvc.errors import MlvcError
from mlvc.plots.layout import apart, domain, lanes
from mlvc.plots.look import cut, number, width

PIXELS = st.floats(0, 500, allow_subnormal=False)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=32)


@settings(max_examples=60)
@given(st.lists(PIXELS, max_size=8))
def test_labels_are_moved_apart_and_keep_their_order(wanted: list[float]) -> None:
    places = apart(wanted, 14)
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    found = [places[at] for at in order]
    assert all(b - a >= 14 - 1e-6 for a, b in pairwise(found))
    if all(b - a >= 14 for a, b in pairwise(sorted(wanted))):
        assert places == wanted


@settings(max_examples=60)
@given(st.lists(st.tuples(PIXELS, PIXELS).map(lambda ends: (min(ends), max(ends))), max_size=8))
def test_no_two_spans_of_one_lane_meet(spans: list[tuple[float, float]]) -> None:
    found = lanes(spans, 12)
    for at, (one, lane) in enumerate(zip(spans, found, strict=True)):
        for other, its in zip(spans[:at], found, strict=False):
            assert its != lane or one[1] + 12 < other[0] or one[0] - 12 > other[1]
    assert sorted(set(found)) == list(range(len(set(found))))


@settings(max_examples=60)
@given(st.lists(NUMBERS, min_size=1, max_size=5), st.lists(NUMBERS, max_size=3))
def test_an_axis_shows_all_values_inside_its_ends(values: list[float], wished: list[float]) -> None:
    low, high = domain(values, wished)
    assert low < min(values) and max(values) < high


def test_an_axis_reaches_for_a_gate_that_is_near_and_for_no_other() -> None:
    low, high = domain([0.71, 0.72], [0.70, 0.1])
    assert 0.69 < low < 0.70 and 0.72 < high < 0.73


def test_what_no_axis_can_show_is_refused() -> None:
    with pytest.raises(MlvcError, match="too far apart"):
        domain([1.7e308, -1.7e308], [])


def test_numbers_have_as_many_digits_as_tell_them_apart() -> None:
    assert number(0.52366, [0.52366, 0.40326]) == "0.5237"
    assert number(0.7100012, [0.7100012, 0.7100015]) == "0.71000120"
    assert number(27020, [27020]) == "27,020"
    assert number(0, [0.0]) == "0" and number(0.5, [0.5, 0.5]) == "0.5000"
    assert number(1.2e-9, [1.2e-9, 3e-9]) == "1.200e-09"


def test_a_text_is_cut_to_its_pixels() -> None:
    assert cut("short", 200) == "short"
    long = cut("x" * 500, 200)
    assert long.endswith("…") and width(long) <= 200
