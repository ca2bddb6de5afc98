"""Commits made without the user's index or worktree."""

from pathlib import Path

import pytest

from mlvc.errors import MlvcError
from mlvc.registry import commits
from mlvc.registry.git import Git, GitFailed
from mlvc.registry.grafts import Forest
from tests.project import Project


def build(project: Project, edits: dict[str, bytes | None], message: str = "Built\n") -> str:
    head = project.git("rev-parse", "HEAD")
    forest = Forest(Git(project.path), head)
    entries = {p: None if data is None else forest.blob(data) for p, data in edits.items()}
    return commits.build(forest, head, entries, message)


def test_building_a_commit_touches_neither_index_nor_worktree_nor_branch(plain: Project) -> None:
    plain.write("a.txt", "dirty\n")
    plain.write("staged.txt", "staged\n")
    plain.git("add", "staged.txt")
    before = plain.git("status", "--porcelain"), plain.git("rev-parse", "HEAD")
    new = build(plain, {"a.txt": b"built\n", "folder/b.txt": None})
    assert (plain.git("status", "--porcelain"), plain.git("rev-parse", "HEAD")) == before
    assert plain.git("ls-tree", "-r", "--name-only", new) == "a.txt\nb.txt"
    assert plain.git("show", f"{new}:a.txt") == "built"
    assert plain.git("rev-parse", f"{new}^") == before[1]


def test_a_folder_may_become_a_file_and_a_file_a_folder(plain: Project) -> None:
    edits = {"a.txt": None, "a.txt/inner": b"x\n", "folder": b"a file\n", "folder/b.txt": None}
    new = build(plain, edits)
    assert plain.git("ls-tree", "-r", "--name-only", new) == "a.txt/inner\nb.txt\nfolder"


def test_a_folder_whose_files_all_go_is_gone(plain: Project) -> None:
    new = build(plain, {"folder/b.txt": None})
    assert plain.git("ls-tree", "--name-only", new) == "a.txt\nb.txt"
    plain.git("fsck", "--strict")


def test_a_repository_with_longer_ids_is_written_too(tmp_path: Path) -> None:
    project = Project(tmp_path / "long")
    project.path.mkdir()
    project.git("init", "--quiet", "--object-format=sha256")
    project.write("folder/a.txt", "a\n")
    project.commit("One file")
    new = build(project, {"folder/b.txt": b"b\n"})
    assert project.git("ls-tree", "-r", "--name-only", new) == "folder/a.txt\nfolder/b.txt"
    project.git("fsck", "--strict")


def test_a_message_is_utf8_whatever_the_users_encoding(plain: Project) -> None:
    plain.git("config", "i18n.commitEncoding", "ISO-8859-1")
    new = build(plain, {"a.txt": b"built\n"}, "Dérive — é\n")
    said = plain.git("log", "-1", "--encoding=UTF-8", "--format=%s", new)
    assert said == "Dérive — é"


def test_a_ref_that_moved_meanwhile_is_not_overwritten(plain: Project) -> None:
    head = plain.git("rev-parse", "HEAD")
    plain.git("commit", "--quiet", "--allow-empty", "--message", "Meanwhile")
    moved = plain.git("rev-parse", "HEAD")
    with pytest.raises(MlvcError, match="moved while mlvc was at work"):
        commits.move(Git(plain.path), "refs/heads/main", head, head)
    assert plain.git("rev-parse", "HEAD") == moved


def test_a_ref_that_cannot_be_set_is_not_said_to_have_moved(plain: Project) -> None:
    head = plain.git("rev-parse", "HEAD")
    plain.write(".git/refs/heads/main.lock", "")
    with pytest.raises(GitFailed, match="git update-ref failed"):
        commits.move(Git(plain.path), "refs/heads/main", build(plain, {}), head)
    with pytest.raises(GitFailed, match="git update-ref failed"):
        commits.move(Git(plain.path), "refs/heads/main/new", head, commits.ZERO)


def test_both_identities_are_asked_for(plain: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    config = plain.path.parent / "nobody"
    config.write_text("[user]\n    useConfigOnly = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    for name in ("NAME", "EMAIL"):
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", "c@example.com")
    with pytest.raises(MlvcError, match="does not know who you are"):
        commits.check_identity(Git(plain.path))


def test_checking_out_applies_filters_and_modes(plain: Project, tmp_path: Path) -> None:
    plain.write(".gitattributes", "*.txt text eol=crlf\n")
    plain.write("run.sh", "#!/bin/sh\n").chmod(0o755)
    (plain.path / "link").symlink_to("a.txt")
    plain.commit("More")
    out = tmp_path / "out"
    out.mkdir()
    paths = ["a.txt", "run.sh", "link"]
    commits.check_out(Git(plain.path), plain.git("rev-parse", "HEAD"), paths, out)
    assert (out / "a.txt").read_bytes() == b"a\r\n"
    assert (out / "run.sh").stat().st_mode & 0o111
    assert str((out / "link").readlink()) == "a.txt"
    assert not (out / "folder").exists()
