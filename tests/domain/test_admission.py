"""What an environment asks of a release."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlvc.domain.admission import Conditions, objections
from mlvc.domain.promotion import Promotion, occupants, seconds_in
from mlvc.domain.release import Release
from mlvc.domain.version import parse_version

HOUR = 3600
# In staging from 0 to 1 h and from 3 h on; something else between, and from 4 h on.
STAYS = [
    Promotion("m", "staging", 1, ends=False, commit="c", at=0),
    Promotion("m", "staging", 2, ends=False, commit="d", at=HOUR),
    Promotion("m", "production", 3, ends=False, commit="c", at=2 * HOUR),
    Promotion("m", "staging", 4, ends=True, commit="d", at=3 * HOUR),
    Promotion("m", "staging", 5, ends=False, commit="d", at=4 * HOUR),
]


def said(tagged: str = "PASS", commit: str = "c", **conditions: object) -> list[str]:
    release = Release("m", parse_version("1.0.0"), commit, "t", 0, "", verdict=tagged)
    asked = Conditions(**conditions)  # type: ignore[arg-type]
    return list(objections(release, asked, STAYS, 5 * HOUR))


def test_nothing_asked_nothing_objected() -> None:
    assert said("FAIL", "never anywhere") == []


def test_time_in_an_environment_is_that_of_all_stays_also_of_those_that_are_over() -> None:
    assert said(requires="staging", after=2 * HOUR) == []
    assert said(requires="staging", after=3 * HOUR) == [
        "it was in staging for 2 h, of at least 3 h"
    ]
    assert said(commit="d", requires="staging", after=3 * HOUR) == []
    assert said(commit="x", requires="staging", after=60) == ["it was never in staging"]
    assert said(requires="eu/canary") == ["it was never in eu/canary"]


@pytest.mark.parametrize("verdict", ["PASS", "INCONCLUSIVE", "FAIL", "ERROR", "NONE"])
def test_a_verdict_has_to_be_as_good_or_better(verdict: str) -> None:
    assert (said(verdict, verdict="PASS") == []) is (verdict == "PASS")
    assert (said(verdict, verdict="INCONCLUSIVE") == []) is (verdict in ("PASS", "INCONCLUSIVE"))


EVENTS = st.lists(
    st.tuples(st.sampled_from("abc"), st.booleans(), st.integers(-5, 5)), min_size=1, max_size=8
)


@given(EVENTS)
@settings(max_examples=100, deadline=None)
def test_each_second_is_of_one_release_and_clocks_that_run_backwards_take_none(
    events: list[tuple[str, bool, int]],
) -> None:
    made, at = [], 100
    for number, (commit, ends, step) in enumerate(events, 1):
        at += step
        made.append(Promotion("m", "p", number, ends, commit, at))
    spent = {c: seconds_in(made, "m", "p", c, at + 10) for c in "abc"}
    assert all(time is None or time >= 0 for time in spent.values())
    gone = sum(max(0, b.at - a.at) for a, b in pairwise(made)) + 10
    assert sum(time or 0 for time in spent.values()) <= gone
    last = occupants(made, "m")["p"]
    assert last is None or (spent[last.commit] or 0) >= 10
