"""The grammar of names, held against GTO's own regular expression and against git itself."""

import subprocess

import pytest
from gto.constants import tag_re
from hypothesis import given
from hypothesis import strategies as st

from mlvc.domain.names import (
    Query,
    check_model,
    dvc_address,
    format_release_tag,
    is_model,
    parse_query,
    parse_release_tag,
)
from mlvc.domain.version import Version
from mlvc.errors import Exit, MlvcError

MODELS = st.from_regex(
    r"([a-zA-Z0-9_./-]{1,6}=)?[a-zA-Z0-9]([a-zA-Z0-9/_-]{0,6}[a-zA-Z0-9])?", fullmatch=True
).filter(is_model)
LABEL = st.from_regex(r"(0|[1-9][0-9]{0,2}|[0-9]{0,2}[a-zA-Z-][0-9a-zA-Z-]{0,4})", fullmatch=True)
PRE = st.none() | st.lists(LABEL, min_size=1, max_size=3).map(".".join)
NUMBER = st.integers(0, 10**6)
VERSIONS = st.builds(Version, NUMBER, NUMBER, NUMBER, PRE, PRE)


@given(MODELS, VERSIONS)
def test_every_tag_we_format_is_read_the_same_by_gto_and_by_us(
    model: str, version: Version
) -> None:
    tag = format_release_tag(model, version)
    match = tag_re.match(tag)
    assert match and match["artifact"] == model and match["version"] == f"v{version}"
    assert not match["cancel"] and not match["stage"] and not match["counter"]
    parsed = parse_release_tag(tag)
    assert parsed and parsed[0] == model and str(parsed[1]) == str(version)


@given(st.text(alphabet="aB0-_/.=@v1#!:~^ \n", max_size=14) | st.text(max_size=8))
def test_a_tag_that_we_read_is_one_that_gto_reads_as_a_version(tag: str) -> None:
    parsed = parse_release_tag(tag)
    if parsed:
        match = tag_re.match(tag)
        assert match and match["version"]
        assert format_release_tag(*parsed) == tag.partition("#")[0]


@pytest.mark.parametrize(
    "tag",
    [
        "fraud#prod#1",
        "fraud@deprecated",
        "fraud@created",
        "fraud@v1.2.0!",
        "fraud@v1.2.0#x",
        "fraud@v1.2",
        "fraud@v01.2.0",
        "fraud@v1.2.0-01",
        "fraud@1.2.0",
        "fraud@vv1.2.0",
        "fraud@V1.2.0",
        "fraud@v1.2.0\n",
        "fraud@v\u0661.2.0",
        "v1.2.0",
        "@v1.2.0",
        "-a@v1.2.0",
        "a b@v1.0.0",
    ],
)
def test_what_is_no_release_tag_is_none(tag: str) -> None:
    assert parse_release_tag(tag) is None


BAD_MODELS = [
    "",
    "-fraud",
    "fraud-",
    "fraud/",
    "a..b=fraud",
    "fr.aud",
    "fraud\n",
    "fra\0ud",
    "fr\udc80aud",
    "sub/=fraud",
    "/sub=fraud",
    "-sub=fraud",
    "a//b",
    "a.lock/b=fraud",
    ".hidden=fraud",
    "a/.b=fraud",
    "a@{0}",
    "a b",
    "frauð",
    "a=b=c",
    "sub:fraud",
]


@pytest.mark.parametrize("name", BAD_MODELS)
def test_a_bad_model_name_is_a_usage_error_that_tells_the_grammar(name: str) -> None:
    with pytest.raises(MlvcError) as caught:
        check_model(name)
    assert caught.value.code is Exit.USAGE
    assert repr(name) in caught.value.message
    assert "SUBFOLDER=NAME" in caught.value.hint
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("name", ["a", "fraud", "a/b", "sub=fraud", "a.b/c_d=x-1", "x.lock=a"])
def test_a_good_model_name_comes_back(name: str) -> None:
    assert check_model(name) == name


def test_git_accepts_every_name_we_accept_and_refuses_the_odd_ones() -> None:
    def git_takes(name: str) -> bool:
        ref = f"refs/tags/{name}@v1.0.0"
        return subprocess.run(["git", "check-ref-format", ref], check=False).returncode == 0

    parts = ["a", "a.lock", ".a", "a.", "..", ".", "", "a_b"]
    names = [f"{x}/{y}{z}" for x in parts for y in parts for z in ("", "=m", "=m/n")]
    accepted = [name for name in names if is_model(name)]
    assert len(accepted) > 10
    assert [name for name in accepted if not git_takes(name)] == []


def test_a_version_that_git_refuses_in_a_ref_is_refused() -> None:
    with pytest.raises(MlvcError):
        format_release_tag("fraud", Version.parse("1.0.0-x.lock"))


@given(MODELS)
def test_dvc_s_name_of_a_model_has_a_colon_for_the_subfolder(model: str) -> None:
    assert "=" not in dvc_address(model)
    assert dvc_address("sub=fraud") == "sub:fraud"


V = Version.parse("1.2.0")


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("1.2.0", Query(version=V)),
        ("v1.2.0", Query(version=V)),
        ("fraud@v1.2.0", Query(model="fraud", version=V)),
        ("fraud@1.2.0", Query(model="fraud", version=V)),
        ("sub=fraud@v1.2.0", Query(model="sub=fraud", version=V)),
        ("sub:fraud@v1.2.0", Query(model="sub=fraud", version=V)),
        ("fraud", Query(model="fraud", revision="fraud")),
        ("fraud@latest", Query(model="fraud", latest=True)),
        ("latest", Query(latest=True)),
        ("HEAD", Query(revision="HEAD")),
        ("HEAD~2", Query(revision="HEAD~2")),
        ("main@{1 day ago}", Query(revision="main@{1 day ago}")),
        ("1.2", Query(revision="1.2")),
        ("v1.02.0", Query(revision="v1.02.0")),
        ("fraud@v1.2", Query(revision="fraud@v1.2")),
        ("a b@latest", Query(revision="a b@latest")),
    ],
)
def test_a_query_reads_as(text: str, query: Query) -> None:
    parsed = parse_query(text)
    assert parsed == query
    assert str(parsed.version) == str(query.version)
    assert parsed.text == text


@pytest.mark.parametrize("text", ["", "-x", "--all", "a..b", "a\nb", "a\0", "\udcff", "a\u2028b"])
def test_a_dangerous_query_is_refused(text: str) -> None:
    with pytest.raises(MlvcError) as caught:
        parse_query(text)
    assert caught.value.code is Exit.USAGE and caught.value.hint


@given(st.text(max_size=20))
def test_a_query_is_read_or_refused_but_never_breaks(text: str) -> None:
    try:
        query = parse_query(text)
    except MlvcError:
        return
    assert query.version or query.latest or query.revision
    assert not (query.version and query.latest)
