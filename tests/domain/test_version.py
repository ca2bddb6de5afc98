"""Versions and how they follow one another."""

from collections.abc import Callable
from functools import partial

import pytest
import semver
from hypothesis import assume, example, given
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
        ("1.3.0-rc", "minor", "rc", "1.3.0-rc.1"),
        ("1.3.0-rc.x", "patch", "rc", "1.3.0-rc.x.1"),
        ("1.3.0-rc9+build", "patch", "rc", "1.3.1-rc.1"),
        ("1.3.0-1.2", "patch", "rc", "1.3.0-rc.1"),
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


TEXTS = st.text("0129.-+aZv ", max_size=14) | st.from_regex(
    r"[0-9]{1,2}(\.[0-9]{1,2}){1,3}(-[0-9a-z.-]{0,6})?(\+[0-9a-z.-]{0,6})?", fullmatch=True
)


@given(TEXTS)
@example("1.2.0-")
@example("1.2.0+")
@example("1.2.0-0a.00")
@example("1.2.0-1.01")
@example("1.2.0-a..b")
@example("1.2.0+001.-")
@example("²1.2.0")
@example("1.2.0-é")
def test_a_version_is_what_the_semver_package_takes_for_one(text: str) -> None:
    assert _told(Version.parse, text) == _told(semver.Version.parse, text)


@given(TEXTS)
@example("2")
@example("1.4-rc.1")
@example("1.2.3.4")
def test_a_short_version_is_what_the_semver_package_takes_for_one(text: str) -> None:
    theirs = partial(semver.Version.parse, optional_minor_and_patch=True)
    assert _told(partial(Version.parse, short=True), text) == _told(theirs, text)


def _told(parse: Callable[[str], object], text: str) -> str | None:
    try:
        return str(parse(text))
    except ValueError:
        return None


@given(VERSIONS, VERSIONS)
def test_the_order_is_that_of_the_semver_package(one: Version, other: Version) -> None:
    theirs = semver.Version.parse(str(one)).compare(str(other))
    assert (one > other) - (one < other) == theirs
    assert (one >= other, one <= other, one == other) == (theirs >= 0, theirs <= 0, theirs == 0)
    assert theirs or hash(one) == hash(other)
    first_, second = precedence(str(one)), precedence(str(other))
    assert (first_ > second) - (first_ < second) == theirs


def test_what_a_version_was_built_from_is_told_and_does_not_order_it() -> None:
    one, other = parse_version("1.2.0-rc.1+linux"), parse_version("1.2.0-rc.1")
    assert one == other and hash(one) == hash(other) and not one < other
    assert (str(one), one.build) == ("1.2.0-rc.1+linux", "linux")
    assert repr(other) == "Version('1.2.0-rc.1')" and one != "1.2.0-rc.1"
