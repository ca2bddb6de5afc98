"""The tracked files of commits, read folder by folder."""

import os
from pathlib import Path

import pytest

from mlvc.errors import Exit, MlvcError
from mlvc.registry import folders
from mlvc.registry.asking import Object
from mlvc.registry.folders import Folders
from mlvc.registry.git import Git
from mlvc.registry.trees import parse_tree, read_tree, try_objects
from tests.project import Project


@pytest.fixture
def odd(plain: Project) -> Project:
    """Two commits, with all that Git tracks, names that sort oddly, and bytes that are no text."""
    for path in ("a/b/c/deep", "a.b", "a-b", "folder/sub/x", "ümläut/ß"):
        plain.write(path, f"{path}\n")
    Path(os.fsdecode(os.fsencode(plain.path) + b"/\xff\xfe")).write_text("bytes\n")
    plain.write("run.sh", "true\n")
    (plain.path / "run.sh").chmod(0o755)
    (plain.path / "link").symlink_to("a.txt")
    head = plain.git("rev-parse", "HEAD")
    plain.git("add", "-A")
    plain.git("update-index", "--add", "--cacheinfo", f"160000,{head},sub")
    plain.git("commit", "-m", "All kinds")
    plain.write("folder/sub/x", "changed\n")
    plain.git("commit", "-am", "One file")
    return plain


@pytest.mark.parametrize("prefix", ["", "folder/", "a/b/", "nowhere/", "a.txt/"])
def test_a_tree_is_read_as_git_lists_it_and_in_its_order(odd: Project, prefix: str) -> None:
    git = Git(odd.path)
    known = Folders(git)
    for commit in ("HEAD", "HEAD^", "HEAD~2", "HEAD"):
        wanted = read_tree(git, commit, prefix) if prefix != "a.txt/" else {}
        assert list(known.tree(commit, prefix).items()) == list(wanted.items())


def test_a_mode_of_an_old_tool_is_the_one_that_git_says(plain: Project) -> None:
    blob = plain.git("rev-parse", "HEAD:a.txt")
    raw = b"100664 a.txt\0" + bytes.fromhex(blob)
    path = plain.path / ".git" / "raw"
    path.write_bytes(raw)
    tree = plain.git("hash-object", "-t", "tree", "-w", "--literally", ".git/raw")
    commit = plain.git("commit-tree", tree, "-m", "Old")
    git = Git(plain.path)
    assert Folders(git).tree(commit) == read_tree(git, commit, "")


@pytest.mark.parametrize("form", [b"%bjunk", b"junk%b", b"%b100644 b\0short", b"100644 \0%b"])
def test_a_tree_that_makes_no_sense_is_refused(plain: Project, form: bytes) -> None:
    tree = plain.git("rev-parse", "HEAD^{tree}")
    sound = try_objects(Git(plain.path), [tree])[tree]
    assert b"a.txt" in parse_tree(sound)
    with pytest.raises(MlvcError, match=f"tree {tree} makes no sense"):
        parse_tree(sound._replace(data=form % sound.data))


def test_what_two_commits_share_is_asked_for_once(
    odd: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Folders(Git(odd.path))
    known.tree("HEAD^")
    asked: list[str] = []

    def noting(git: Git, names: set[str]) -> dict[str, Object]:
        asked.extend(names)
        return try_objects(git, names)

    monkeypatch.setattr(folders, "try_objects", noting)
    known.tree("HEAD")
    changed = {odd.git("rev-parse", f"HEAD:{name}") for name in ("folder", "folder/sub")}
    assert set(asked) == {"HEAD^{tree}", *changed}


def test_a_folder_that_is_missing_is_no_empty_one(odd: Project) -> None:
    folder = odd.git("rev-parse", "HEAD:folder/sub")
    (odd.path / ".git" / "objects" / folder[:2] / folder[2:]).unlink()
    known = Folders(Git(odd.path))
    for _ in range(2):
        with pytest.raises(MlvcError, match=folder) as raised:
            known.tree("HEAD")
        assert raised.value.code == Exit.MISSING
    assert known.tree("HEAD~2").keys() == {"a.txt", "b.txt", "folder/b.txt"}


def test_a_commit_that_is_not_here_is_missing(plain: Project) -> None:
    with pytest.raises(MlvcError, match="is missing") as raised:
        Folders(Git(plain.path)).tree("0123456789" * 4)
    assert raised.value.code == Exit.MISSING
