"""The line of HEAD, walked once: what was remembered is what a walk finds, or nothing."""

from pathlib import Path

import pytest

from mlvc.domain.history import CommitNote
from mlvc.ops import lines
from mlvc.ops.listing import list_releases
from mlvc.ops.project import Project as Opened
from mlvc.registry import repository, walking
from mlvc.registry.git import Git
from mlvc.registry.walking import Line
from tests.project import Project


@pytest.fixture
def long(two_releases: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with a rollback, whose line is long enough to be remembered."""
    monkeypatch.setattr(lines, "_WORTH", 1)
    assert two_releases.mlvc("rollback", "--yes", "--reason", "Too heavy").code == 0
    return two_releases


def known(project: Project) -> bool:
    """Whether a new run knows the line of HEAD without a walk."""
    opened = Opened.find(project.path)
    return opened.repo.shows_all and lines.recall(opened)


def test_a_line_is_walked_once(long: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    walked = list_releases(Opened.find(long.path))
    assert [row.withdrawn for row in walked.rows] == [False, True]
    monkeypatch.setattr(repository, "walk", None)
    again = Opened.find(long.path)
    assert list_releases(again) == walked
    monkeypatch.undo()
    assert again.repo.line(again.repo.head) == Opened.find(long.path).repo.line(again.repo.head)


def test_what_git_says_in_no_encoding_is_remembered(long: Project) -> None:
    walked = Opened.find(long.path)
    head = walked.repo.head
    line = Line(frozenset({head, "0" * 40}), (CommitNote(head, "\udcff\n", 1, "\udcfe <x>"),))
    walked.repo.take(head, line)
    lines.remember(walked)
    again = Opened.find(long.path)
    assert lines.recall(again)
    assert again.repo.line(head) == line


@pytest.mark.parametrize("noted", ["", "{}", "[]", "[1, 2, 3]", "nonsense"])
def test_a_line_that_makes_no_sense_is_walked_again(long: Project, noted: str) -> None:
    opened = Opened.find(long.path)
    opened.memo.write_note(lines._KEY, noted.replace("1", f'"{opened.repo.head}"'))
    assert not known(long)
    assert list_releases(opened).rows


def test_a_line_that_was_cut_off_when_it_was_walked_is_not_remembered(
    long: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def walk(git: Git, *tips: str) -> Line:
        line = walking.walk(git, *tips)
        shallow.unlink()  # as `git fetch --unshallow` does, and it brings the rest
        return line

    shallow = long.path / ".git/shallow"
    shallow.write_text(long.git("rev-parse", "HEAD~1") + "\n")
    monkeypatch.setattr(repository, "walk", walk)
    list_releases(Opened.find(long.path))
    assert not shallow.exists() and not known(long)


def test_a_repository_of_any_name_has_a_line(long: Project) -> None:
    other = Project(long.path.rename(long.path.with_name("x\udcff")))
    walked = list_releases(Opened.find(other.path))
    assert known(other)
    assert list_releases(Opened.find(other.path)) == walked


def test_another_head_has_another_line(long: Project) -> None:
    list_releases(Opened.find(long.path))
    assert known(long)
    long.git("revert", "--no-edit", "HEAD")
    assert not known(long)
    assert not any(row.withdrawn for row in list_releases(Opened.find(long.path)).rows)


def test_a_worktree_believes_no_line_of_another_head(long: Project, tmp_path: Path) -> None:
    list_releases(Opened.find(long.path))
    long.git("worktree", "add", "--quiet", str(tmp_path / "other"), "HEAD~1")
    other = Project(tmp_path / "other")
    assert not known(other)
    list_releases(Opened.find(other.path))
    assert known(other) and not known(long)


@pytest.mark.parametrize("packed", [False, True])
def test_where_history_is_not_what_the_commits_say_nothing_is_remembered(
    long: Project, *, packed: bool
) -> None:
    list_releases(Opened.find(long.path))
    # What records the rollback is replaced by what came before it.
    long.git("replace", "HEAD", "HEAD~1")
    if packed:
        long.git("pack-refs", "--all", "--prune")
        assert not any((long.path / ".git/refs/replace").glob("*"))
    assert not known(long)
    assert not any(row.withdrawn for row in list_releases(Opened.find(long.path)).rows)
    long.git("replace", "--delete", long.git("rev-parse", "HEAD"))
    assert [row.withdrawn for row in list_releases(Opened.find(long.path)).rows] == [False, True]
    assert known(long)


def test_a_shallow_clone_remembers_no_line(long: Project, tmp_path: Path) -> None:
    long.git("clone", "--quiet", "--depth=1", f"file://{long.path}", str(tmp_path / "shallow"))
    shallow = Project(tmp_path / "shallow")
    list_releases(Opened.find(shallow.path))
    assert not known(shallow)
