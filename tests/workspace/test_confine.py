import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlvc.errors import Exit, MlvcError
from mlvc.workspace.confine import check_folded, check_names, confined, folds, shown

COMPONENTS = st.sampled_from(
    ["a", "b", "A", "..", ".", "", ".git", ".GIT", ".dvc", "..a", "a\\b", "x y", "-o", "~", "é"]
)
PATHS = st.lists(COMPONENTS, max_size=4).map("/".join)


def is_allowed(path: str) -> bool:
    parts = path.split("/")
    return not any(p in {"", ".", ".."} or p.lower() in {".git", ".dvc"} for p in parts)


@pytest.mark.parametrize(
    "name",
    [
        *("", "/", "/etc/passwd", ".", "..", "../x", "a/../../x", "a/..", "a//b", "a/", "./a"),
        *("a\0b", ".git", ".git/hooks/x", ".GIT/config", "sub/.git/config", ".dvc/config"),
        *(".Dvc/x", "git~1/config", ".git./config", ".git /config", ".g\u200cit/config"),
        *("\ud800", "a/\ud800", "\ud800/a"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(MlvcError) as caught:
        confined(tmp_path, name)
    assert caught.value.code is Exit.CORRUPT
    assert caught.value.hint
    with pytest.raises(MlvcError):
        check_names(["fine", name])


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "a/b",
        ".gitignore",
        "model.dvc",
        "..a",
        "a..",
        "...",
        "-x",
        "a\\b",
        "a\nb",
        "\udcff",
        "é",
    ],
)
def test_an_odd_name_is_no_reason_to_refuse(tmp_path: Path, name: str) -> None:
    assert confined(tmp_path, name) == tmp_path / name
    check_names([name])


@given(path=PATHS)
def test_what_is_confined_is_below_the_root_and_the_rest_is_refused(path: str) -> None:
    root = Path("/nowhere/root")
    if is_allowed(path):
        found = os.path.normpath(confined(root, path))
        assert found == f"{root}/{path}"
    else:
        with pytest.raises(MlvcError, match="not allowed"):
            confined(root, path)


def test_a_symlinked_folder_on_the_way_is_refused_and_named(tmp_path: Path) -> None:
    (tmp_path / "real/sub").mkdir(parents=True)
    (tmp_path / "real/link").symlink_to(tmp_path)
    (tmp_path / "loose").symlink_to("nowhere")
    for name in ("real/link/x", "loose/x", "real/link/a/b"):
        with pytest.raises(MlvcError, match="is a symlink") as caught:
            confined(tmp_path, name)
        assert caught.value.code is Exit.REFUSED
    assert confined(tmp_path, "real/link") == tmp_path / "real/link"
    assert confined(tmp_path, "real/sub/absent/x") == tmp_path / "real/sub/absent/x"


def test_the_way_to_the_root_may_have_symlinks(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "root").symlink_to("real")
    assert confined(tmp_path / "root", "a/b") == tmp_path / "root/a/b"


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["a", "a"], "twice"),
        (["a/b", "a"], "folder"),
        (["a", "a/b"], "folder"),
        (["a/b/c", "a/b"], "folder"),
        (["a/b", "a/../c"], "component"),
        (["a", "/b"], "absolute"),
        (["a/b", "a/.git"], "Git"),
    ],
)
def test_a_manifest_that_is_no_set_of_files_is_refused(names: list[str], why: str) -> None:
    with pytest.raises(MlvcError, match=why) as caught:
        check_names(names)
    assert caught.value.code is Exit.CORRUPT


@pytest.mark.parametrize(
    "names",
    [
        ["a/x", "A/y"],
        ["README", "readme"],
        ["stra\u00dfe", "STRASSE"],
        ["e\u0301", "\u00e9"],
        ["a/b/c", "a/B/d"],
    ],
)
def test_names_that_a_folding_disk_takes_for_one_are_refused_there(names: list[str]) -> None:
    check_names(names)
    with pytest.raises(MlvcError, match="one name on this filesystem") as caught:
        check_folded(names)
    assert caught.value.code is Exit.REFUSED
    check_folded(["a/b", "a/c", "b"])


def test_whether_a_disk_folds_names_is_tried_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "lower").mkdir()
    folding = (tmp_path / "LOWER").exists()
    assert folds(tmp_path / "lower") == folding
    assert list((tmp_path / "lower").iterdir()) == []


@given(names=st.lists(PATHS, max_size=6))
def test_an_accepted_manifest_can_be_made_on_a_disk_that_tells_case_apart(names: list[str]) -> None:
    folders = {p[:i] for p in names for i, c in enumerate(p) if c == "/"}
    fine = (
        all(is_allowed(name) for name in names)
        and len(set(names)) == len(names)
        and not folders & set(names)
    )
    if fine:
        check_names(names)
    else:
        with pytest.raises(MlvcError):
            check_names(names)


def test_a_message_has_no_control_characters() -> None:
    assert shown("a b/é") == "a b/é"
    assert shown("a\x1b[31m") == r"'a\x1b[31m'"
    assert shown("\udcff").isascii()
