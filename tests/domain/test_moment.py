"""Days and instants, as a user may write them."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlvc.domain.moment import Moment
from mlvc.errors import MlvcError

NOON = 1_793_534_400  # 2026-11-01 12:00:00 UTC


def test_a_date_alone_is_the_whole_day_in_utc() -> None:
    day = Moment.parse("2026-11-01")
    assert (day.start, day.end) == (NOON - 12 * 3600, NOON + 12 * 3600 - 1)
    assert day.text == "2026-11-01 (UTC)"


@pytest.mark.parametrize(
    "text", ["2026-11-01T12:00:00", "2026-11-01 12:00:00.7Z", "20261101T143000+0230"]
)
def test_a_time_with_seconds_is_an_instant_in_its_zone_else_in_utc(text: str) -> None:
    assert Moment.parse(text) == Moment(NOON, NOON, "2026-11-01 12:00:00 UTC")


@pytest.mark.parametrize(
    "text", ["2026-11-01T12:00", "2026-11-01 12:00Z", "2026-11-01T14:30+02:30", "20261101T1200"]
)
def test_a_time_without_seconds_is_the_whole_minute(text: str) -> None:
    assert Moment.parse(text) == Moment(NOON, NOON + 59, "2026-11-01 12:00 UTC")


@pytest.mark.parametrize("text", ["2026-11-01T12", "2026-11-01 14+02", "2026-W44-7T12"])
def test_an_hour_alone_is_the_whole_hour(text: str) -> None:
    assert Moment.parse(text) == Moment(NOON, NOON + 3599, "2026-11-01 12:00 to 12:59 UTC")


@given(st.text(max_size=12) | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T?[0-9:+Z-]*"))
@settings(max_examples=100, deadline=None)
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    with suppress(MlvcError):
        found = Moment.parse(text)
        assert found.start <= found.end


@pytest.mark.parametrize("text", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00"])
def test_a_time_that_no_calendar_has_in_utc_is_refused(text: str) -> None:
    with pytest.raises(MlvcError, match="is no date"):
        Moment.parse(text)
