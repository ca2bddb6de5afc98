"""Versions and how they follow one another."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mlvc.domain.version import FIRST, Part, Version, bump, first, parse_version, precedence
from mlvc.errors import Exit, MlvcError

PARTS = st.sampled_from(["major", "minor", "patch"])
LABELS = st.sampled_from(["rc", "beta", "a", "x-1", "rc1"])
SMALL = st.integers(0, 3)
PRERELEASE = st.sampled_from([None, "rc", "rc.1", "rc.9", "rc9", "alpha.1", "beta", "1", "rc.x"])
VERSIONS = st.builds(Version, SMALL, SMALL, SMALL, PRERELEASE)


@pytest.mark.parametrize("text", ["1.2.0", "v1.2.0"])
def test_a_leading_v_is_optional(text: str) -> None:
    assert str(parse_version(text)) == "1.2.0"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.2",
        "v",
        "vv1.2.0",
        "01.2.0",
        "1.2.0-",
        "1.2.0-01",
        " 1.2.0",
        "1.2.0\n",
        "1" * 5000,
        f"1.2.0-{'a' * 300}",
    ],
)
def test_what_is_not_semver_is_a_usage_error_that_names_it(text: str) -> None:
    with pytest.raises(MlvcError) as caught:
        parse_version(text)
    assert caught.value.code is Exit.USAGE
    assert repr(text[:50])[1:-1] in caught.value.message and len(caught.value.message) < 300
    assert "1.2.0" in caught.value.hint


def test_the_first_version_is_0_1_0_or_its_first_prerelease() -> None:
    assert str(FIRST) == str(first()) == "0.1.0"
    assert str(first("rc")) == "0.1.0-rc.1"


@pytest.mark.parametrize(
    ("version", "part", "pre", "following"),
    [
        ("1.2.0", "minor", None, "1.3.0"),
        ("1.2.3", "major", None, "2.0.0"),
        ("1.2.0", "minor", "rc", "1.3.0-rc.1"),
        ("1.3.0-rc.1", "minor", "rc", "1.3.0-rc.2"),
        ("1.3.0-rc.1", "patch", "rc", "1.3.0-rc.2"),
        ("1.3.0-rc.1", "minor", None, "1.3.0"),
        ("1.3.0-rc.1", "patch", None, "1.3.0"),
        ("1.3.0-rc.1", "major", None, "2.0.0"),
        ("1.3.0-rc.1", "major", "rc", "2.0.0-rc.1"),
        ("1.3.1-rc.1", "minor", "rc", "1.4.0-rc.1"),
        ("1.3.0-alpha.4", "minor", "rc", "1.3.0-rc.1"),
        ("1.3.0-rc.1", "minor", "alpha", "1.3.1-alpha.1"),
        ("1.2.0+build", "patch", None, "1.2.1"),
    ],
)
def test_bump(version: str, part: Part, pre: str | None, following: str) -> None:
    assert str(bump(parse_version(version), part, pre)) == following


@given(VERSIONS, PARTS, st.none() | LABELS)
def test_a_bump_is_always_higher_and_valid(version: Version, part: Part, pre: str | None) -> None:
    following = bump(version, part, pre)
    assert following > version
    assert str(parse_version(str(following))) == str(following)
    assert bool(following.prerelease) == (pre is not None)


@given(VERSIONS, PARTS)
def test_a_higher_part_never_gives_a_lower_version(version: Version, part: Part) -> None:
    assume(part != "major")
    assert bump(version, "major") >= bump(version, part)


@pytest.mark.parametrize("pre", ["", "1", "rc.1", "r c", "é", "rc\n", "-" * 999, "+"])
def test_a_prerelease_label_that_mlvc_cannot_count_is_refused(pre: str) -> None:
    with pytest.raises(MlvcError) as caught:
        bump(FIRST, "minor", pre)
    assert caught.value.code is Exit.USAGE


@given(VERSIONS, VERSIONS)
def test_precedence_is_the_order_of_semver(one: Version, other: Version) -> None:
    first_, second = precedence(str(one)), precedence(str(other))
    assert (first_ > second) - (first_ < second) == one.compare(other)
