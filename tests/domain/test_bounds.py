"""Ranges of versions, and bounds of metrics."""

import pytest

from mlvc.domain.bounds import MetricBound, VersionRange
from mlvc.domain.version import parse_version
from mlvc.errors import Exit, MlvcError


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        (">=1.2,<2", ["1.2.0", "1.99.0", "2.0.0-rc.1"], ["1.1.9", "1.2.0-rc.1", "2.0.0"]),
        ("== v1.2.0", ["1.2.0", "1.2.0+build"], ["1.2.1"]),
        ("!=1.2 , >1", ["1.2.1"], ["1.2.0", "1.0.0"]),
    ],
)
def test_a_range_holds_what_keeps_every_bound(
    text: str, inside: list[str], outside: list[str]
) -> None:
    wanted = VersionRange.parse(text)
    assert VersionRange.begins(text)
    assert all(parse_version(version) in wanted for version in inside)
    assert not any(parse_version(version) in wanted for version in outside)


@pytest.mark.parametrize("text", ["", "1.2", ">=", ">=x", ">1,", ">=2x", "=>1"])
def test_what_is_no_range_is_a_usage_error(text: str) -> None:
    with pytest.raises(MlvcError) as caught:
        VersionRange.parse(text)
    assert caught.value.code is Exit.USAGE


@pytest.mark.parametrize(
    ("text", "holds"),
    [("f1>0.4", False), ("f1>=0.4", True), ("f1 == 4e-1", True), ("f1<.5", True), ("f2<1", False),
     ("a/f1!=0.4", False), ("f1<=0.39", False)],
)  # fmt: skip
def test_a_metric_that_is_not_there_keeps_no_bound(text: str, holds: bool) -> None:
    assert MetricBound.parse(text).holds({"f1": 0.4, "rows": 3.0}) is holds


@pytest.mark.parametrize("text", ["", "f1", "f1>", ">0.4", "f1>x", "f1>nan", "f1=0.4", "f1>0,4"])
def test_what_is_no_bound_of_a_metric_is_a_usage_error(text: str) -> None:
    with pytest.raises(MlvcError) as caught:
        MetricBound.parse(text)
    assert caught.value.code is Exit.USAGE
