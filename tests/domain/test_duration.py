"""Spans of time."""

import pytest

from mlvc.domain.duration import seconds, words
from mlvc.errors import Exit, MlvcError


@pytest.mark.parametrize(
    ("text", "found"), [("90", 90), ("45s", 45), ("10m", 600), ("1.5h", 5400), ("2d", 172800)]
)
def test_a_span_is_read_in_seconds(text: str, found: float) -> None:
    assert seconds(text) == found


@pytest.mark.parametrize("text", ["", "0", "m", "-5s", "10 minutes", "1e3", "0s", "nan"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(MlvcError, match="no span of time") as caught:
        seconds(text)
    assert caught.value.code == Exit.USAGE


@pytest.mark.parametrize(
    ("span", "text"), [(0, "0 s"), (59, "59 s"), (90, "1.5 min"), (7200, "2 h"), (129600, "1.5 d")]
)
def test_a_span_is_told_in_its_largest_unit(span: float, text: str) -> None:
    assert words(span) == text
