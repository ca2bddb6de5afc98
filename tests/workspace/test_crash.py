import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlvc.workspace import transaction
from tests.workspace.disk import Counted, count, killed, plant, snapshot, without_exchange
from tests.workspace.rollbacks import LINKED, NEW, World, protect

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # 3.12, in xdist

STRIDE = 11  # with 1, every pair of kills: three minutes


@pytest.fixture
def case() -> Iterator[Path]:
    """A folder in memory where there is one: these tests make thousands of trees."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory, prefix="mlvc-test-") as folder:
        yield Path(folder)


@pytest.fixture(params=["exchange", "fallback"])
def world(request: pytest.FixtureRequest, case: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world that is never changed: `fresh` copies it."""
    if request.param == "fallback":
        without_exchange(monkeypatch)
    return World(case / "built").build()


def fresh(built: World) -> World:
    case = built.root.parent.parent / "case"
    shutil.rmtree(case, ignore_errors=True)
    shutil.copytree(built.root.parent, case, symlinks=True)
    copy = World(case)
    (copy.cache / "same").unlink()
    (copy.cache / "same").hardlink_to(copy.root / "same")
    return copy


def interrupted(world: World, at: int, committed: bool) -> World:
    copy = fresh(world)
    killed(lambda: transaction.apply(copy.prepare()), at)
    if committed:
        copy.point_of_no_return()
    return copy


def expected_new(tmp_path: Path) -> dict[str, tuple[int, bytes]]:
    plant(tmp_path / "expected", {**NEW, ".dvc/tmp/mlvc": None})
    protect(tmp_path / "expected", *LINKED)
    return snapshot(tmp_path / "expected")


def test_a_rollback_gives_exactly_the_new_tree(world: World, tmp_path: Path) -> None:
    copy = fresh(world)
    copy.roll_back()
    assert snapshot(copy.root) == expected_new(tmp_path)


def test_undoing_gives_exactly_the_old_tree(world: World) -> None:
    copy = fresh(world)
    transaction.apply(copy.prepare())
    copy.settle()
    assert snapshot(copy.root) == snapshot(world.root)


def test_killed_anywhere_it_recovers_to_old_or_new(world: World, tmp_path: Path) -> None:
    old, new = snapshot(world.root), expected_new(tmp_path)
    calls = count(fresh(world).roll_back)
    outcomes = []
    for at in range(calls):
        copy = fresh(world)
        assert killed(copy.roll_back, at)
        committed = copy.commit.exists()
        copy.settle()
        assert snapshot(copy.root) == (new if committed else old), f"killed at call {at}"
        outcomes.append(committed)
    assert outcomes == sorted(outcomes)
    assert set(outcomes) == {False, True}
    assert calls > 60


@pytest.mark.parametrize("committed", [False, True], ids=["undo", "finish"])
def test_recovery_itself_may_be_killed_anywhere(
    world: World, tmp_path: Path, committed: bool
) -> None:
    expected = expected_new(tmp_path) if committed else snapshot(world.root)
    copy = fresh(world)
    staged = count(copy.prepare)
    applied = count(lambda: transaction.apply(copy.journaled()))
    for at in range(staged, staged + applied + 1):
        for again in range(at % STRIDE, 500, STRIDE):
            copy = interrupted(world, at, committed)
            survived = not killed(copy.settle, again)
            copy.settle()
            assert snapshot(copy.root) == expected, f"killed at {at}, then at {again}"
            if survived:
                break


@pytest.mark.parametrize("code", [28, 5, 13], ids=["ENOSPC", "EIO", "EACCES"])
def test_an_error_at_any_call_of_apply_can_be_undone(world: World, code: int) -> None:
    def fail() -> None:
        raise OSError(code, "injected")

    old = snapshot(world.root)
    copy = fresh(world)
    journal = copy.prepare()
    calls = count(lambda: transaction.apply(journal))
    copy.settle()
    for at in range(calls):
        copy = fresh(world)
        journal = copy.prepare()
        with pytest.raises(OSError, match="injected"), Counted(at, fail):
            transaction.apply(journal)
        copy.settle()
        assert snapshot(copy.root) == old, f"failed at call {at}"
