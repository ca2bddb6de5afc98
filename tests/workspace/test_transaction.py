import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from mlvc.errors import Exit, MlvcError
from mlvc.workspace import durable, libc
from mlvc.workspace.journal import Journal
from mlvc.workspace.staging import Staging
from mlvc.workspace.transaction import Change, apply, dispose, finish, plan_swaps, undo
from tests.workspace.disk import Counted, Tree, plant, snapshot

BEFORE = {"file": b"old", "folder/a": b"old a", "gone": b"goes"}


class Disk:
    def __init__(self, root: Path, before: Tree = BEFORE) -> None:
        self.root = root
        plant(root, before)
        self.staging = Staging(root, root / ".dvc/tmp/mlvc/feed")

    def planned(self, *changes: tuple[str, bytes | None]) -> Journal:
        wanted = [
            Change(live, None if data is None else self.staging.write(live, data))
            for live, data in ((self.root / name, data) for name, data in changes)
        ]
        return Journal(
            "feed", {}, tuple(plan_swaps(wanted, self.staging)), (str(self.staging.home),)
        )

    def read(self, name: str) -> bytes:
        return (self.root / name).read_bytes()

    def replaced_by_user(self, name: str) -> None:
        (self.root / "new by the user").write_bytes(b"the user's")
        (self.root / "new by the user").rename(self.root / name)


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


def test_nothing_is_touched_by_planning(disk: Disk) -> None:
    before = snapshot(disk.root)
    journal = disk.planned(("gone", None), ("absent", None))
    assert [swap.kind for swap in journal.swaps] == ["remove"]
    assert snapshot(disk.root) == before


@pytest.mark.parametrize("repeat", [1, 3])
def test_every_function_can_run_again(disk: Disk, repeat: int) -> None:
    before = snapshot(disk.root)
    journal = disk.planned(("file", b"new"), ("gone", None), ("deep/er/x", b"new"))
    for _ in range(repeat):
        undo(journal)
    for _ in range(repeat):
        apply(journal)
    for _ in range(repeat):
        finish(journal)
    assert (disk.read("file"), disk.read("deep/er/x")) == (b"new", b"new")
    for _ in range(repeat):
        undo(journal)
    for _ in range(repeat):
        dispose(journal)
    del before[".dvc/tmp/mlvc/feed"]
    assert snapshot(disk.root) == before


@pytest.mark.parametrize("name", ["file", "folder", "gone", "fresh"])
def test_a_path_that_changed_since_the_plan_stops_it_before_the_first_step(
    disk: Disk, name: str
) -> None:
    journal = disk.planned(
        ("first", b"1"), ("file", b"2"), ("folder", b"3"), ("gone", None), ("fresh", b"4")
    )
    shutil.rmtree(disk.root / name, ignore_errors=True)
    disk.replaced_by_user(name)
    before = snapshot(disk.root)
    with pytest.raises(MlvcError, match=f"/{name} was changed") as caught:
        apply(journal)
    assert caught.value.code is Exit.DIRTY
    assert snapshot(disk.root) == before
    undo(journal)
    assert snapshot(disk.root) == before


def test_a_file_written_in_place_since_the_plan_stops_it_too(disk: Disk) -> None:
    journal = disk.planned(("file", b"new"))
    with (disk.root / "file").open("ab") as file:
        file.write(b" and the user's")
    with pytest.raises(MlvcError, match="was changed"):
        apply(journal)
    undo(journal)
    assert disk.read("file") == b"old and the user's"


@pytest.mark.parametrize("name", ["file", "gone"])
def test_a_path_replaced_in_the_instant_of_the_rename_is_put_back(disk: Disk, name: str) -> None:
    journal = disk.planned((name, b"new" if name == "file" else None))
    with (
        pytest.raises(MlvcError, match="was changed"),
        Counted(1, lambda: disk.replaced_by_user(name)) as counted,
    ):
        apply(journal)
    assert counted.count > 2
    assert disk.read(name) == b"the user's"


@pytest.mark.parametrize("name", ["file", "gone"])
def test_a_path_replaced_while_the_disk_is_synced_is_left(disk: Disk, name: str) -> None:
    journal = disk.planned((name, b"new" if name == "file" else None))
    with (
        pytest.raises(MlvcError, match="was changed"),
        Counted(0, lambda: disk.replaced_by_user(name)),
    ):
        apply(journal)
    assert disk.read(name) == b"the user's"


def test_staged_content_that_vanished_stops_it(disk: Disk) -> None:
    journal = disk.planned(("file", b"new"))
    Path(journal.swaps[0].slot).unlink()
    with pytest.raises(MlvcError):
        apply(journal)
    assert disk.read("file") == b"old"


@pytest.mark.parametrize("name", ["file", "gone"])
def test_undo_loses_neither_what_the_user_put_there_nor_the_old(disk: Disk, name: str) -> None:
    journal = disk.planned(("folder", b"new"), (name, b"new" if name == "file" else None))
    apply(journal)
    disk.replaced_by_user(name)
    with pytest.raises(MlvcError, match=f"/{name} was changed") as caught:
        undo(journal)
    assert "move it away" in caught.value.hint
    assert disk.read(name) == b"the user's"
    assert disk.read("folder/a") == b"old a"  # the other step is undone all the same
    (disk.root / name).rename(disk.root / "moved away")
    undo(journal)
    assert disk.read(name) == BEFORE[name]


def test_undo_leaves_and_reports_a_new_path_that_the_user_wrote_to(disk: Disk) -> None:
    journal = disk.planned(("deep/new", b"new"), ("deep/other", b"new"))
    apply(journal)
    (disk.root / "deep/new").write_bytes(b"the user's")
    assert undo(journal) == [disk.root / "deep/new"]
    assert disk.read("deep/new") == b"the user's"
    assert not (disk.root / "deep/other").exists()


def test_undo_says_when_the_old_content_is_nowhere(disk: Disk) -> None:
    journal = disk.planned(("file", b"new"))
    apply(journal)
    (disk.root / "file").unlink()
    Path(journal.swaps[0].slot).unlink()
    with pytest.raises(MlvcError, match="is gone") as caught:
        undo(journal)
    assert caught.value.code is Exit.MISSING


def test_undo_brings_back_what_was_deleted_with_its_folder(disk: Disk) -> None:
    disk = Disk(disk.root, {"sub/x": b"old"})
    journal = disk.planned(("sub/x", None))
    apply(journal)
    (disk.root / "sub").rmdir()
    undo(journal)
    assert disk.read("sub/x") == b"old"


def test_undo_removes_only_folders_that_are_empty(disk: Disk) -> None:
    journal = disk.planned(("new/deep/x", b"new"))
    apply(journal)
    (disk.root / "new/user").write_bytes(b"the user's")
    undo(journal)
    assert sorted(path.name for path in (disk.root / "new").iterdir()) == ["user"]


def test_finish_leaves_what_the_user_did_after_the_commit(disk: Disk) -> None:
    journal = disk.planned(("file", b"new"), ("folder", b"new"), ("gone", None), ("fresh", b"new"))
    apply(journal)
    for name in ("file", "gone"):
        disk.replaced_by_user(name)
    for name in ("folder", "fresh"):
        (disk.root / name).unlink()
    finish(journal)
    dispose(journal)
    finish(journal)
    assert disk.read("file") == disk.read("gone") == b"the user's"
    assert not (disk.root / "folder").exists()
    assert not (disk.root / "fresh").exists()


def test_dispose_removes_nothing_that_mlvc_did_not_put_there(disk: Disk) -> None:
    journal = disk.planned(("file", b"new"))
    slot = Path(journal.swaps[0].slot)
    (disk.root / "precious").write_bytes(b"the user's")
    slot.unlink()
    (disk.root / "precious").rename(slot)
    with pytest.raises(MlvcError) as caught:
        dispose(journal)
    assert caught.value.code is Exit.BUG
    assert slot.read_bytes() == b"the user's"


def test_a_folder_made_into_a_link_meanwhile_is_not_written_through(
    disk: Disk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    journal = disk.planned(("new/x", b"new"))
    outside = tmp_path_factory.mktemp("outside")
    (disk.root / "new").symlink_to(outside)
    with pytest.raises(FileExistsError):
        apply(journal)
    assert list(outside.iterdir()) == []


def test_two_links_of_one_object_need_no_step(disk: Disk) -> None:
    staged = disk.staging.slot(disk.root / "file")
    staged.hardlink_to(disk.root / "file")
    assert plan_swaps([Change(disk.root / "file", staged)], disk.staging) == []


def test_a_removal_inside_something_that_goes_is_part_of_that(disk: Disk) -> None:
    journal = disk.planned(("folder/a", None), ("folder", b"a file now"))
    assert len(journal.swaps) == 1
    apply(journal)
    undo(journal)
    assert disk.read("folder/a") == b"old a"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ([("file", b"1"), ("file", b"2")], Exit.BUG),
        ([("folder", b"1"), ("folder/a", b"2")], Exit.BUG),
        ([("folder", None), ("folder/a", b"2")], Exit.BUG),
        ([("file/below", b"1")], Exit.DIRTY),
    ],
)
def test_changes_that_contradict_each_other_or_the_disk_are_refused(
    disk: Disk, changes: list[tuple[str, bytes | None]], code: Exit
) -> None:
    with pytest.raises(MlvcError) as caught:
        disk.planned(*changes)
    assert caught.value.code is code


def test_the_device_number_may_change_with_a_reboot(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = disk.planned(("file", b"new"))
    apply(journal)
    real = os.lstat

    def rebooted(path: Path) -> os.stat_result:
        fields = list(real(path))
        fields[2] += 7
        return os.stat_result(fields, {"st_mtime_ns": real(path).st_mtime_ns})

    monkeypatch.setattr(os, "lstat", rebooted)
    undo(journal)
    assert disk.read("file") == b"old"


def test_all_is_on_the_disk_before_apply_returns(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    journal = disk.planned(("file", b"new"), ("new/x", b"new"))
    exchange, move = libc.rename_exchange, libc.rename_noreplace

    def exchanged(a: Path, b: Path) -> None:
        events.append("rename")
        exchange(a, b)

    def moved(a: Path, b: Path) -> None:
        events.append("rename")
        move(a, b)

    monkeypatch.setattr(libc, "rename_exchange", exchanged)
    monkeypatch.setattr(libc, "rename_noreplace", moved)
    monkeypatch.setattr(libc, "syncfs", lambda _: events.append("syncfs"))
    monkeypatch.setattr(os, "fsync", lambda _: events.append("fsync"))
    apply(journal)
    folders = 3  # the root, new/, the home
    assert events == ["syncfs", "rename", "rename", *["fsync"] * folders]
    events.clear()
    undo(journal)
    assert events == ["rename", "rename", *["fsync"] * 2]  # new/ is gone


def test_a_disk_that_cannot_write_fails_the_transaction(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: int) -> None:
        raise OSError(5, "Input/output error")

    journal = disk.planned(("file", b"new"))
    monkeypatch.setattr(libc, "syncfs", broken)
    with pytest.raises(OSError, match="Input/output"):
        apply(journal)
    undo(journal)
    assert disk.read("file") == b"old"


def test_where_there_is_no_syncfs_everything_is_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: int) -> None:
        raise OSError(38, "Function not implemented")

    synced: list[bool] = []
    monkeypatch.setattr(libc, "syncfs", missing)
    monkeypatch.setattr(os, "sync", lambda: synced.append(True))
    durable.sync_filesystems([tmp_path, tmp_path])
    assert synced == [True]


NAMES = st.sampled_from(["a", "b", "c/d", "c/e", "f/g/h", "f/g/i"])
CONTENTS = st.sampled_from([b"1", b"2", b"-> x", None])
TREES = st.dictionaries(NAMES, CONTENTS, max_size=6)
SHAPES = st.sampled_from(["file", "folder", "link", "nothing"])


class Transactions(RuleBasedStateMachine):
    """Any changes, interrupted anywhere, undone or finished, again and again."""

    @initialize(before=TREES)
    def start(self, before: Tree) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="mlvc-test-"))
        plant(self.root, {**before, ".dvc/tmp/mlvc": None})
        self.state, self.journal = "idle", Journal("none")
        self.number = 0

    def teardown(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)

    @rule(wanted=st.dictionaries(NAMES, SHAPES, min_size=1, max_size=4))
    @precondition(lambda self: self.state == "idle")
    def plan(self, wanted: dict[str, str]) -> None:
        self.number += 1
        home = self.root / f".dvc/tmp/mlvc/{self.number}"
        self.old = snapshot(self.root)
        staging = Staging(self.root, home)
        changes = [Change(self.root / n, self._staged(staging, n, s)) for n, s in wanted.items()]
        swaps = tuple(plan_swaps(changes, staging))
        self.journal = Journal(home.name, {}, swaps, (str(home),))
        self.wanted, self.state = wanted, "planned"

    def _staged(self, staging: Staging, name: str, shape: str) -> Path | None:
        live = self.root / name
        if shape == "nothing":
            return None
        if shape == "folder":
            slot = staging.slot(live)
            plant(slot, {"inside": b"%d" % self.number})
            return slot
        return staging.write(live, b"%d" % self.number, symlink=shape == "link")

    @rule()
    @precondition(lambda self: self.state == "planned")
    def apply(self) -> None:
        apply(self.journal)
        self.state = "applied"

    @rule(at=st.integers(0, 20))
    @precondition(lambda self: self.state == "planned")
    def apply_interrupted(self, at: int) -> None:
        self._interrupted(lambda: apply(self.journal), at)

    @rule(at=st.integers(0, 20))
    @precondition(lambda self: self.state in {"planned", "applied", "undone"})
    def undo_interrupted(self, at: int) -> None:
        self._interrupted(lambda: undo(self.journal), at)
        self.state = "undoing"

    @rule(at=st.integers(0, 20))
    @precondition(lambda self: self.state in {"applied", "finished"})
    def finish_interrupted(self, at: int) -> None:
        self._interrupted(lambda: finish(self.journal), at)

    def _interrupted(self, work: "object", at: int) -> None:
        def stop() -> None:
            raise KeyboardInterrupt

        try:
            with Counted(at, stop):
                work()  # type: ignore[operator]
        except KeyboardInterrupt:
            pass

    @rule()
    @precondition(lambda self: self.state in {"planned", "applied", "undoing", "undone"})
    def undo(self) -> None:
        assert undo(self.journal) == []
        self.state = "undone"

    @rule()
    @precondition(lambda self: self.state in {"applied", "finished"})
    def finish(self) -> None:
        finish(self.journal)
        self.state = "finished"

    @rule(at=st.integers(0, 20))
    @precondition(lambda self: self.state in {"undone", "finished"})
    def dispose(self, at: int) -> None:
        self._interrupted(lambda: dispose(self.journal), at)
        (undo if self.state == "undone" else finish)(self.journal)
        dispose(self.journal)
        if self.state == "undone":
            assert snapshot(self.root) == self.old
        else:
            self._is_new()
        self.state = "idle"

    def _is_new(self) -> None:
        found = snapshot(self.root)
        for name, shape in self.wanted.items():
            path = name + "/inside" if shape == "folder" else name
            if shape == "nothing":
                assert name not in found
            else:
                assert found[path][1] == b"%d" % self.number
        for name, entry in self.old.items():
            if not any(name == w or name.startswith(w + "/") for w in self.wanted):
                assert found[name] == entry
        assert [n for n in found if n.startswith(".dvc")] == [".dvc", ".dvc/tmp", ".dvc/tmp/mlvc"]


TestTransactions = Transactions.TestCase
TestTransactions.settings = settings(max_examples=60, stateful_step_count=15, deadline=None)


def test_a_planned_identity_is_compared_not_only_names(disk: Disk) -> None:
    journal = disk.planned(("file", b"new"))
    swap = journal.swaps[0]
    assert swap.old
    other = replace(swap, old=replace(swap.old, inode=swap.old.inode + 1))
    with pytest.raises(MlvcError):
        apply(replace(journal, swaps=(other,)))
