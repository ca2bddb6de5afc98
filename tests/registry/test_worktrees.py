"""Worktrees of mlvc come and go; those of the user stay."""

import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from mlvc.registry import worktrees
from mlvc.registry.git import Git, GitFailed
from tests.project import Project
from tests.registry.alone import of_git


@pytest.fixture
def repository(tmp_path: Path) -> Project:
    return of_git(tmp_path / "repository", {"file.txt": "text\n"})


def pool(repository: Project) -> worktrees.Pool:
    return worktrees.Pool(Git(repository.path), repository.path / "home")


def cleared(repository: Project) -> bool:
    worktrees.prune(Git(repository.path), repository.path / "home")
    left = list((repository.path / "home").iterdir())
    return left == [] and not (repository.path / ".git/worktrees").exists()


def test_a_worktree_has_the_commit_and_nothing_is_left_of_it(repository: Project) -> None:
    before = repository.git("worktree", "list")
    with pool(repository).worktree("HEAD") as path:
        assert (path / "file.txt").read_text() == "text\n"
        assert "detached" in repository.git("worktree", "list", "--porcelain")
    assert cleared(repository)
    assert repository.git("worktree", "list") == before


def test_it_is_gone_when_it_was_left_by_an_error_or_could_not_be_made(repository: Project) -> None:
    trees = pool(repository)
    with pytest.raises(KeyboardInterrupt), trees.worktree("HEAD") as path:
        raise KeyboardInterrupt
    assert not path.exists()
    with pytest.raises(GitFailed), trees.worktree("nosuch"):
        pass
    assert list((repository.path / "home").iterdir()) == []
    assert not (repository.path / ".git/worktrees").exists()


def test_hooks_of_the_repository_do_not_run(repository: Project) -> None:
    hook = repository.write(".git/hooks/post-checkout", '#!/bin/sh\ntouch "$GIT_DIR/ran"\n')
    hook.chmod(0o755)
    trees = pool(repository)
    for _ in range(2):
        with trees.worktree("HEAD"):
            assert not list((repository.path / ".git").rglob("ran"))


def test_links_in_a_worktree_are_removed_and_not_followed(
    repository: Project, tmp_path: Path
) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/mine").write_text("mine")
    with pool(repository).worktree("HEAD") as path:
        (path / "link").symlink_to(tmp_path / "outside")
        (path / "closed").mkdir()
        (path / "closed/file").touch()
        (path / "closed").chmod(0o500)
    assert (tmp_path / "outside/mine").read_text() == "mine"
    assert not (path / "link").is_symlink()
    assert cleared(repository)


def test_prune_clears_what_a_kill_left_and_nothing_of_the_users(
    repository: Project, tmp_path: Path
) -> None:
    git, home = Git(repository.path), repository.path / "home"
    repository.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "mine"))
    shutil.move(tmp_path / "mine", tmp_path / "unplugged")
    home.mkdir()
    # A whole one; one that `worktree add` had locked; a folder and nothing else.
    for name in ("whole", "locked"):
        repository.git("worktree", "add", "--quiet", "--detach", str(home / name))
    (repository.path / ".git/worktrees/locked/locked").write_text("initializing")
    (home / "bare").mkdir()
    # One whose record was begun and does not yet say where it is.
    (home / "begun").mkdir()
    (repository.path / ".git/worktrees/begun").mkdir()
    (repository.path / ".git/worktrees/begun/locked").write_text("initializing")
    # A folder that has the name of a worktree of the user.
    (home / "mine").mkdir()
    worktrees.prune(git, home)
    assert list(home.iterdir()) == []
    assert [p.name for p in (repository.path / ".git/worktrees").iterdir()] == ["mine"]
    assert str(tmp_path / "mine") in repository.git("worktree", "list")
    worktrees.prune(git, home)
    worktrees.prune(git, repository.path / "nowhere")


def test_prune_clears_after_git_itself_was_killed(repository: Project, tmp_path: Path) -> None:
    # A filter that kills the `git worktree add` which runs it.
    home = repository.path / "home"
    repository.write(".gitattributes", "*.txt filter=killer\n")
    repository.commit("A filter")
    repository.git(
        "config", "filter.killer.smudge", "kill -9 $(cut -d' ' -f4 /proc/$PPID/stat) $PPID"
    )
    home.mkdir()
    killed = subprocess.run(
        ["git", "worktree", "add", "--detach", str(home / "one")],
        cwd=repository.path, capture_output=True, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL
    assert (repository.path / ".git/worktrees/one/locked").exists()
    repository.git("worktree", "prune")
    assert "home/one" in repository.git("worktree", "list")
    worktrees.prune(Git(repository.path), home)
    assert "home/one" not in repository.git("worktree", "list")
    assert not (repository.path / ".git/worktrees").exists()


def test_a_record_that_could_not_be_removed_is_found_again(
    repository: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    git, home = Git(repository.path), repository.path / "home"
    home.mkdir()
    repository.git("worktree", "add", "--quiet", "--detach", str(home / "one"))
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)  # the disk does not let go
        worktrees.prune(git, home)
    assert (home / "one").exists()
    worktrees.prune(git, home)
    assert not (repository.path / ".git/worktrees").exists()
    assert list(home.iterdir()) == []


def test_a_worktree_of_a_pool_is_used_again_with_nothing_left_in_it(repository: Project) -> None:
    one = repository.git("rev-parse", "HEAD")
    repository.write(".gitignore", "ignored\n")
    repository.write("file.txt", "other\n")
    two = repository.commit("Two")
    trees = pool(repository)
    with trees.worktree(two) as first:
        (first / "file.txt").write_text("changed")
        (first / "ignored").write_text("left")
        (first / "nested").mkdir()
        Project(first / "nested").git("init", "--quiet")
    with trees.worktree(one) as second:
        assert second == first
        assert (second / "file.txt").read_text() == "text\n"
        assert [path.name for path in second.iterdir() if path.name != ".git"] == ["file.txt"]
    with trees.worktree(one) as taken, trees.worktree(two) as other:
        assert taken == first != other
        assert (other / "file.txt").read_text() == "other\n"
    assert cleared(repository)


def test_one_that_cannot_be_cleared_is_removed_and_another_made(repository: Project) -> None:
    trees = pool(repository)
    with trees.worktree("HEAD") as path:
        (repository.path / ".git/worktrees" / path.name / "index").write_text("no index")
    assert not path.exists()
    with trees.worktree("HEAD") as other:
        assert other != path
        assert (other / "file.txt").read_text() == "text\n"


def test_git_looks_at_the_worktree_itself_whatever_its_pointer_says(
    repository: Project, tmp_path: Path
) -> None:
    victim = Project(tmp_path / "victim")
    victim.path.mkdir()
    victim.git("init", "--quiet")
    victim.write("untracked", "mine")
    trees = pool(repository)
    with trees.worktree("HEAD") as path:
        (path / ".git").write_text(f"gitdir: {victim.path}/.git\n")
    with trees.worktree("HEAD"):
        pass
    assert victim.read("untracked") == "mine"
