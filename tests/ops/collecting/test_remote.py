"""`mlvc gc --remote`: what no clone has named goes from the DVC remote, after asking."""

import shutil
from pathlib import Path

import pytest

from tests.ops.collecting.histories import History
from tests.project import Project, run
from tests.releases import answer

CONFIG = "[core]\n    remote = store\n['remote \"store\"']\n    url = ../../store\n"


@pytest.fixture
def history(tmp_path: Path) -> History:
    """A release, then a state that nothing names any more, all of it on both remotes."""
    history = History(tmp_path / "repository")
    (history.top / ".dvc/config").write_text(CONFIG, encoding="utf-8")
    history.work(2, 1)
    history.tag(0, 0)
    history.work(0, 1)
    history.work(0, 2)
    run("git", "init", "--quiet", "--bare", "hub.git", cwd=tmp_path)
    history.git("remote", "add", "origin", "../hub.git")
    history.git("push", "--quiet", "origin", "main", "--tags")
    history.work(2, 3)
    shutil.copytree(history.top / ".dvc/cache", tmp_path / "store")
    return history


def stored(history: History) -> set[str]:
    store = history.top.parent / "store/files/md5"
    return {path.parent.name + path.name for path in store.rglob("*") if path.is_file()}


def test_it_asks_first_and_then_removes_what_nobody_needs(history: History) -> None:
    project = Project(history.top)
    before = stored(history)
    done = project.mlvc("gc", "--remote", "--grace", "0")
    assert done.code == 1 and "--yes" in done.err
    assert stored(history) == before == history.there
    found = answer(project, "gc", "--remote", "--grace", "0", "--yes")
    pushed = history.git("rev-parse", "origin/main")
    kept = history.needed | history.needed_by(history.commits[pushed].files)
    assert stored(history) == kept == history.there < before
    assert [place["is_remote"] for place in found["places"]] == [False, True]
    assert "collecting" not in history.git("for-each-ref")


def test_what_only_another_clone_has_named_stays(history: History, tmp_path: Path) -> None:
    run("git", "clone", "--quiet", "hub.git", "two", cwd=tmp_path)
    other = Project(tmp_path / "two")
    other.git("switch", "--quiet", "--create", "theirs/evaluations")
    value = history.object(b"theirs\n")
    other.write("t.dvc", f"outs:\n- md5: {value}\n  hash: md5\n  path: t\n")
    other.commit("Theirs")
    other.git("push", "--quiet", "origin", "theirs/evaluations")
    there = tmp_path / "store/files/md5" / value[:2] / value[2:]
    there.parent.mkdir(exist_ok=True)
    there.write_bytes(b"theirs\n")
    project = Project(history.top)
    assert project.mlvc("gc", "--remote", "--grace", "0", "--yes").code == 0
    assert there.exists()
    other.git("push", "--quiet", "origin", "--delete", "theirs/evaluations")
    project.git("fetch", "--quiet", "--prune")
    assert project.mlvc("gc", "--remote", "--grace", "0", "--yes").code == 0
    assert not there.exists()


def test_a_git_remote_that_cannot_be_read_stops_it(history: History, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "hub.git")
    before = stored(history)
    done = Project(history.top).mlvc("gc", "--remote", "--grace", "0", "--yes")
    assert done.code == 1 and "Git remote 'origin' cannot be read" in done.err
    assert stored(history) == before


def test_a_dvc_remote_that_is_not_configured_is_a_wrong_use(history: History) -> None:
    done = Project(history.top).mlvc("gc", "--dvc-remote", "stor")
    assert done.code == 2 and "One of store." in done.err
