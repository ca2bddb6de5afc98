"""What `mlvc get --force` replaces, and what it never writes into."""

import errno
import os
import signal
from pathlib import Path

import pytest

from mlvc.errors import Exit, Interrupted, MlvcError
from mlvc.ops.getting import perform
from mlvc.workspace import exchange, libc
from mlvc.workspace.arriving import settle
from tests.ops.getting.conftest import Published, released_folder
from tests.project import Project


def _below(*folders: Path) -> dict[str, bytes]:
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    kept = (path for path in files if "mlvc" not in path.parts)  # what it remembers
    return {str(path): path.read_bytes() for path in kept}


@pytest.fixture
def folder(published: Published) -> Published:
    """The same, with a model that is a folder."""
    released_folder(published)
    return published


def test_what_git_and_dvc_keep_is_never_written_into(folder: Published) -> None:
    one = folder.one
    (one.path / "sub").mkdir()
    (one.path / "way").symlink_to(".git")
    before = _below(one.path / ".git", one.path / ".dvc")
    inside = (".git/refs", ".dvc/cache", ".git/new", "sub/../.git", "way/refs", "way/new", ".GIT")
    for path in (".git", ".dvc", *inside):
        done = one.mlvc("get", "model", "-o", path, "--force")
        assert (done.code, done.out) == (Exit.REFUSED, ""), path
        assert "hint: Say another path" in done.err
        assert _below(one.path / ".git", one.path / ".dvc") == before
    assert not list(one.path.rglob(".mlvc-*"))


def test_nor_what_they_keep_elsewhere_under_any_name(folder: Published) -> None:
    kept = (folder.one.path, folder.store, folder.hub.path)
    before = _below(*kept)
    for path in ("hub.git", "hub.git/objects", "store", "store/files", "project", "."):
        with pytest.raises(MlvcError) as caught:
            folder.get("model", f"../{path}", force=True)
        assert caught.value.hint.startswith("Say another path")
        assert _below(*kept) == before


def test_a_folder_with_a_repository_in_it_is_not_replaced(folder: Published) -> None:
    nested = folder.desk / "mine" / "deep"
    nested.mkdir(parents=True)
    Project(nested).git("init", "--quiet")
    with pytest.raises(MlvcError, match="has one in it"):
        folder.get("model", "mine", force=True)
    assert (nested / ".git").is_dir()
    assert "--force" not in folder.refused("model", Exit.DIRTY, "mine").hint


def test_the_git_file_of_a_worktree_is_not_replaced_by_a_model(published: Published) -> None:
    one = published.one
    one.git("worktree", "add", "--quiet", "../tree")
    tree = Project(published.path / "tree")
    before = tree.read(".git")
    done = tree.mlvc("get", "v0.1.0", "-o", ".git", "--force")
    assert (done.code, tree.read(".git")) == (Exit.REFUSED, before)


def test_a_working_tree_below_what_they_keep_is_one_like_any(published: Published) -> None:
    """As stages find it that run in `mlvc eval` or `dvc exp run --temp`."""
    one = published.one
    one.git("worktree", "add", "--quiet", ".git/trees/one")
    tree = Project(one.path / ".git/trees/one")
    done = tree.mlvc("get", "v0.1.0", "--repo", str(published.hub.path), "-o", "base.bin")
    assert done.code == 0, done.err


def test_what_force_replaces_is_whole_until_the_other_is_there(
    folder: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = folder.desk / "old"
    old.mkdir()
    (old / "mine").write_text("the only copy")
    seen = []

    def looked(new: Path, target: Path, *, force: bool) -> None:
        seen.append(((new / "sub/b").read_text(), (target / "mine").read_text()))
        settle(new, target, force=force)

    monkeypatch.setattr(perform, "settle", looked)
    folder.get("model", "old", force=True)
    assert seen == [("b\n", "the only copy")]
    assert sorted(path.name for path in old.iterdir()) == ["a", "sub"]
    assert folder.there == ["old"]


def _in_two_renames(monkeypatch: pytest.MonkeyPatch, ends: signal.Signals) -> None:
    """Have the folder that is replaced moved away first, and a signal come after that."""
    move = exchange.move

    def unable(*_: object) -> None:
        raise OSError(errno.EINVAL, "no exchange here")

    def disturbed(a: Path, b: Path) -> None:
        move(a, b)
        os.kill(os.getpid(), ends)

    monkeypatch.setattr(libc, "rename_exchange", unable)
    monkeypatch.setattr(exchange, "move", disturbed)


def _interrupt(*_: object) -> None:
    raise Interrupted(Exit.TERMINATED)


def test_where_two_renames_are_needed_a_signal_comes_between_them_in_vain(
    folder: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = folder.desk / "old"
    old.mkdir()
    (old / "mine").touch()
    _in_two_renames(monkeypatch, signal.SIGTERM)
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        folder.get("model", "old", force=True)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert sorted(path.name for path in old.iterdir()) == ["a", "sub"]


def test_what_a_kill_between_them_left_is_not_cleared_away(
    folder: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = folder.desk / "old"
    old.mkdir()
    (old / "mine").touch()
    child = os.fork()
    if not child:
        _in_two_renames(monkeypatch, signal.SIGKILL)
        folder.get("model", "old", force=True)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert not old.exists()
    folder.get("model", "other")
    (left,) = folder.desk.glob(".mlvc-get-*/new.old/mine")
    assert left.is_file()


def test_what_is_in_the_way_is_told_with_what_works(published: Published) -> None:
    (published.desk / "folder").mkdir()
    (published.desk / "file").touch()
    hint = published.refused("v0.1.0", Exit.DIRTY, "folder").hint
    assert f"`-o {published.desk}/folder/NAME`" in hint
    assert "--force" not in hint
    for path in ("file/x", "file/x/y"):
        error = published.refused("v0.1.0", Exit.REFUSED, path)
        assert error.message == f"{published.desk}/file is a file, and no folder"
        assert error.hint == "Say another path with `-o`."
