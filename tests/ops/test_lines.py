"""The line of HEAD, walked once: what was remembered is what a walk finds, or nothing."""

from pathlib import Path

import pytest

from mlvc.ops import lines
from mlvc.ops.listing import list_releases
from mlvc.ops.project import Project as Opened
from mlvc.registry import repository
from tests.project import Project


@pytest.fixture
def long(two_releases: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with a rollback, whose line is long enough to be remembered."""
    monkeypatch.setattr(lines, "_WORTH", 1)
    assert two_releases.mlvc("rollback", "--yes", "--reason", "Zu schwer: \udcff\n").code == 0
    return two_releases


def known(project: Project) -> bool:
    """Whether a new run knows the line of HEAD without a walk."""
    return lines.recall(Opened.find(project.path))


def test_a_line_is_walked_once(long: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    walked = list_releases(Opened.find(long.path))
    assert [row.withdrawn for row in walked.rows] == [False, True]
    monkeypatch.setattr(repository, "walk", None)
    again = Opened.find(long.path)
    assert list_releases(again) == walked
    monkeypatch.undo()
    assert again.repo.line(again.repo.head) == Opened.find(long.path).repo.line(again.repo.head)


def test_another_head_has_another_line(long: Project) -> None:
    list_releases(Opened.find(long.path))
    assert known(long)
    long.git("revert", "--no-edit", "HEAD")
    assert not known(long)
    assert not any(row.withdrawn for row in list_releases(Opened.find(long.path)).rows)


def test_each_worktree_has_a_line_of_its_own(long: Project, tmp_path: Path) -> None:
    list_releases(Opened.find(long.path))
    long.git("worktree", "add", "--quiet", str(tmp_path / "other"), "HEAD~1")
    other = Project(tmp_path / "other")
    assert not known(other)
    list_releases(Opened.find(other.path))
    assert known(other) and known(long)


@pytest.mark.parametrize("packed", [False, True])
def test_where_history_is_not_what_the_commits_say_nothing_is_remembered(
    long: Project, *, packed: bool
) -> None:
    list_releases(Opened.find(long.path))
    # What records the rollback is replaced by what came before it.
    long.git("replace", "HEAD", "HEAD~1")
    if packed:
        long.git("pack-refs", "--all", "--prune")
        (long.path / ".git/refs/replace").rmdir()
    assert not known(long)
    assert not any(row.withdrawn for row in list_releases(Opened.find(long.path)).rows)
    long.git("replace", "--delete", long.git("rev-parse", "HEAD"))
    assert [row.withdrawn for row in list_releases(Opened.find(long.path)).rows] == [False, True]


def test_a_shallow_clone_remembers_no_line(long: Project, tmp_path: Path) -> None:
    long.git("clone", "--quiet", "--depth=1", f"file://{long.path}", str(tmp_path / "shallow"))
    shallow = Project(tmp_path / "shallow")
    list_releases(Opened.find(shallow.path))
    assert not known(shallow)
