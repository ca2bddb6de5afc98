import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mlvc.workspace import libc
from mlvc.workspace.exchange import aside, exchange, move
from tests.workspace.disk import Counted, Tree, count, plant, snapshot, without_exchange

SHAPES: dict[str, Tree] = {
    "file": {"": b"file"},
    "folder": {"/x": b"in folder", "/deep/y": b"deeper"},
    "link": {"": b"-> target"},
    "empty folder": {"": None},
}


@pytest.fixture(params=["exchange", "fallback"])
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "fallback":
        without_exchange(monkeypatch)
    return str(request.param)


@pytest.mark.parametrize("b", SHAPES)
@pytest.mark.parametrize("a", SHAPES)
@pytest.mark.usefixtures("system")
def test_any_two_entries_swap_places(tmp_path: Path, a: str, b: str) -> None:
    for folder, (first, second) in {"found": (a, b), "expected": (b, a)}.items():
        for name, shape in (("live", first), ("slot", second)):
            tree = {f"{name}{key}": content for key, content in SHAPES[shape].items()}
            plant(tmp_path / folder, tree)
    exchange(tmp_path / "found/live", tmp_path / "found/slot")
    assert snapshot(tmp_path / "found") == snapshot(tmp_path / "expected")


@pytest.mark.usefixtures("system")
def test_two_links_of_one_object_stay(tmp_path: Path) -> None:
    plant(tmp_path, {"a": b"object"})
    (tmp_path / "b").hardlink_to(tmp_path / "a")
    before = snapshot(tmp_path)
    exchange(tmp_path / "a", tmp_path / "b")
    assert snapshot(tmp_path) == before


@pytest.mark.usefixtures("system")
def test_an_absent_entry_is_an_error_and_nothing_moves(tmp_path: Path) -> None:
    plant(tmp_path, {"a": b"a"})
    for pair in (("a", "b"), ("b", "a")):
        with pytest.raises(FileNotFoundError):
            exchange(*(tmp_path / name for name in pair))
    assert snapshot(tmp_path).keys() == {"a"}


@pytest.mark.parametrize("code", [errno.EXDEV, errno.EBUSY, errno.EACCES, errno.EROFS])
def test_other_errors_are_raised_with_their_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def fail(_: Path, __: Path) -> None:
        raise OSError(code, "injected")

    plant(tmp_path, {"a": b"a", "b": b"b"})
    before = snapshot(tmp_path)
    monkeypatch.setattr(libc, "rename_exchange", fail)
    with pytest.raises(OSError, match="injected") as caught:
        exchange(tmp_path / "a", tmp_path / "b")
    assert caught.value.errno == code
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("shape", ["file", "folder"])
def test_a_failing_fallback_leaves_no_entry_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    def fail() -> None:
        raise OSError(errno.EIO, "injected")

    without_exchange(monkeypatch)

    def built(name: str) -> tuple[Path, Path]:
        for key, content in SHAPES[shape].items():
            plant(tmp_path / name, {f"live{key}": content, f"slot{key}": content})
        return tmp_path / name / "live", tmp_path / name / "slot"

    pair = built("whole")
    for at in range(count(lambda: exchange(*pair))):
        live, slot = built(str(at))
        with pytest.raises(OSError, match="injected"), Counted(at, fail):
            exchange(live, slot)
        assert os.path.lexists(live)
        assert os.path.lexists(slot) or os.path.lexists(aside(slot))


@pytest.mark.usefixtures("system")
def test_a_move_overwrites_nothing(tmp_path: Path) -> None:
    plant(tmp_path, {"a": b"a", "b": b"b", "folder": None})
    for target in ("b", "folder"):
        with pytest.raises(FileExistsError):
            move(tmp_path / "a", tmp_path / target)
    with pytest.raises(FileNotFoundError):
        move(tmp_path / "absent", tmp_path / "c")
    move(tmp_path / "a", tmp_path / "c")
    assert (tmp_path / "c").read_bytes() == b"a"


def while_reading(read: Callable[[], object], work: Callable[[], None]) -> tuple[int, set[object]]:
    """How often `read` ran, and what it gave, while `work` did."""
    stop, found, failures, reads = threading.Event(), set(), [], [0]

    def loop() -> None:
        try:
            while not stop.is_set():
                found.add(read())
                reads[0] += 1
        except OSError as error:
            failures.append(error)

    thread = threading.Thread(target=loop)
    thread.start()
    work()
    stop.set()
    thread.join()
    assert not failures
    return reads[0], found


def test_a_reader_always_finds_the_old_or_the_new(tmp_path: Path) -> None:
    plant(tmp_path, {"live/f": b"old" * 99, "slot/f": b"new" * 99, "file": b"old", "other": b"new"})

    def read() -> tuple[bytes, bytes]:
        return (tmp_path / "live/f").read_bytes()[:3], (tmp_path / "file").read_bytes()

    def work() -> None:
        for _ in range(5000):
            exchange(tmp_path / "live", tmp_path / "slot")
            exchange(tmp_path / "file", tmp_path / "other")

    reads, found = while_reading(read, work)
    assert reads > 50
    assert found <= {(a, b) for a in (b"old", b"new") for b in (b"old", b"new")}
    assert len(found) > 1


def test_a_reader_of_a_file_never_fails_with_the_fallback_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_exchange(monkeypatch)
    plant(tmp_path, {"file": b"old", "other": b"new"})

    def work() -> None:
        for _ in range(2000):
            exchange(tmp_path / "file", tmp_path / "other")

    reads, found = while_reading((tmp_path / "file").read_bytes, work)
    assert reads > 50
    assert found == {b"old", b"new"}
