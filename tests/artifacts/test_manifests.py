"""The manifests of folders: what they hold, and what two of them do not share."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlvc.artifacts.manifests import rows_of, seem_alike, without_common
from mlvc.artifacts.objects import Cache
from mlvc.errors import Exit, MlvcError

_names = st.text(alphabet='ab/ {},"\\:é\n', min_size=1, max_size=8) | st.sampled_from(
    ["x}, {y}, {z", 'x}, {"md5": "y', "q}, {y}, {w"]
)
_folders = st.dictionaries(_names, st.sampled_from(["0" * 32, "1" * 32, "2" * 32]), max_size=6)


def written(files: dict[str, str]) -> str:
    """As DVC writes it."""
    return json.dumps([{"md5": files[name], "relpath": name} for name in sorted(files)])


def differing(old: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    return {name: f"md5:{d}" for name, d in old.items() if new.get(name) != d}


@given(_folders, _folders)
def test_without_common_rows_all_that_differs_is_left(
    old: dict[str, str], new: dict[str, str]
) -> None:
    one, other = (rows_of(text, "md5") for text in without_common(written(old), written(new)))
    assert {n: d for n, d in one.items() if other.get(n) != d} == differing(old, new)
    assert {n: d for n, d in other.items() if one.get(n) != d} == differing(new, old)


def test_plain_rows_that_are_shared_are_not_read() -> None:
    old, new = ({"a": "0" * 32, "b": digit * 32, "c": "1" * 32} for digit in "12")
    one, other = without_common(written(old), written(new))
    assert (json.loads(one), json.loads(other)) == (
        [{"md5": "1" * 32, "relpath": "b"}],
        [{"md5": "2" * 32, "relpath": "b"}],
    )


@pytest.mark.parametrize(("changed", "alike"), [(0, True), (30, True), (70, False), (100, False)])
def test_manifests_seem_alike_where_most_rows_are_shared(changed: int, *, alike: bool) -> None:
    old = {f"é/{number:02}": "0" * 32 for number in range(100)}
    new = old | dict.fromkeys(sorted(old)[:changed], "1" * 32)
    one, other = (written(files).encode() for files in (old, new))
    assert seem_alike(one, other) == seem_alike(other, one) == alike


@pytest.mark.parametrize("odd", [b"", b"[]", b"\xff", b'[{"relpath": "a"}]', b'{"md5": "'])
def test_whatever_a_manifest_is_it_can_be_compared(odd: bytes) -> None:
    assert isinstance(seem_alike(odd, odd), bool)
    assert isinstance(seem_alike(odd, written({"a": "0" * 32}).encode()), bool)


def test_manifests_of_another_form_are_left_alone() -> None:
    plain, other = written({"a": "0" * 32}), json.dumps([{"relpath": "a", "md5": "0" * 32}])
    assert without_common(plain, other) == (plain, other)


@pytest.mark.parametrize("first", ["plain", "escaped\n"])
def test_a_name_that_is_there_twice_makes_no_sense(first: str) -> None:
    row = {"md5": "0" * 32, "relpath": first}
    with pytest.raises(ValueError, match="twice"):
        rows_of(json.dumps([row, {**row, "md5": "1" * 32}]), "md5")


@pytest.mark.parametrize("broken", ["old", "new"])
@pytest.mark.parametrize("text", ["[{}]", "[1]", '[{"relpath": "x"}]', "[" * 200_000, "\xff"])
def test_a_manifest_of_no_sense_is_named_by_a_look_at_what_differs(
    tmp_path: Path, broken: str, text: str
) -> None:
    cache = Cache(tmp_path, ("copy",))
    names = {"old": f"md5:{'a' * 32}.dir", "new": f"md5:{'b' * 32}.dir"}
    for which, digest in names.items():
        cache.path(digest).parent.mkdir(parents=True)
        said = text if which == broken else written({"a": "0" * 32})
        cache.path(digest).write_bytes(said.encode("latin-1"))
    with pytest.raises(MlvcError, match=names[broken][4:]) as caught:
        cache.differing(names["old"], names["new"], "model")
    assert caught.value.code is Exit.CORRUPT
    assert "of model" in caught.value.message
