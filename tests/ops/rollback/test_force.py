"""`--force`: nothing of the lineage stays uncommitted, and nothing of the user's is lost."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from mlvc.ops import rollback
from mlvc.ops.project import Project as Opened
from mlvc.workspace import libc, transaction
from mlvc.workspace.journal import Journal
from tests.ops.rollback.states import assert_whole, rolled_back
from tests.project import Project

MEMORY = Path("/dev/shm")


def saved(out: str) -> list[str]:
    mark = "saved what was in the way: "
    return sorted(
        Path(line.split(mark)[1]).read_text() for line in out.splitlines() if mark in line
    )


def test_what_the_plan_itself_leaves_alone_is_put_back_to_head(released: Project) -> None:
    mine = {path: f"my {path}\n" for path in ("train.py", "model.bin", "evaluate.py")}
    for path, text in mine.items():
        released.write(path, text)
    released.git("add", "evaluate.py")  # the same in both releases
    done = rolled_back(released, "v0.1.0", "--force")
    assert saved(done.out) == sorted(mine.values())
    assert_whole(released)


def test_what_is_only_staged_is_saved_too(released: Project) -> None:
    released.write("train.py", "staged\n")
    released.git("add", "train.py")
    released.write("train.py", "in the workspace\n")
    done = rolled_back(released, "v0.1.0", "--force")
    assert saved(done.out) == ["in the workspace\n", "staged\n"]
    assert_whole(released)


@pytest.fixture
def worktree(released: Project) -> Iterator[Project]:
    """A linked worktree on another filesystem than `.git`."""
    if not os.access(MEMORY, os.W_OK) or MEMORY.stat().st_dev == released.path.stat().st_dev:
        pytest.skip("there is no other filesystem")
    with TemporaryDirectory(dir=MEMORY) as folder:
        tree = Project(Path(folder) / "tree")
        released.git("worktree", "add", "--quiet", "-b", "other", str(tree.path))
        tree.dvc("config", "--local", "cache.dir", str(released.path / ".dvc/cache"))
        tree.dvc("checkout", "--quiet")
        yield tree


def test_what_was_saved_to_another_filesystem_is_on_the_disk_before_the_original_goes(
    worktree: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    worktree.write("model.bin", "mine\n")
    folder = Path(worktree.git("rev-parse", "--absolute-git-dir")) / "mlvc/saved"
    synced: set[int] = set()
    before: list[set[int]] = []
    syncfs, dispose = libc.syncfs, transaction.dispose

    def syncing(descriptor: int) -> None:
        syncfs(descriptor)
        if any(folder.rglob("model.bin")):
            synced.add(os.fstat(descriptor).st_dev)

    def disposing(journal: Journal) -> None:
        before.append(set(synced))
        dispose(journal)

    monkeypatch.setattr(libc, "syncfs", syncing)
    monkeypatch.setattr(transaction, "dispose", disposing)
    found, request = Opened.find(worktree.path), rollback.Request("model@v0.1.0")
    plan = rollback.make_plan(found, request, rollback.choose(found, request))
    (kept,) = map(Path, rollback.perform(found, plan, force=True).saved)
    assert kept.read_text() == "mine\n"
    assert kept.is_relative_to(folder)
    assert [folder.stat().st_dev in devices for devices in before] == [True]
