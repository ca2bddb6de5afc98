"""Work in a second process: its result, its errors, its end."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from mlvc.errors import Exit, MlvcError
from mlvc.workspace import beside as module
from mlvc.workspace.beside import WORTH, beside
from mlvc.workspace.lock import locked
from mlvc.workspace.planting import Changed

FOREVER = 600  # seconds


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is with nothing else of ours at work."""
    monkeypatch.setattr(module, "_cores", lambda: 2)
    monkeypatch.setattr(threading, "active_count", lambda: 1)  # xdist has one of its own


def sleep_in(found: Path) -> None:
    found.write_text(str(os.getpid()))
    time.sleep(FOREVER)


def started(found: Path) -> int:
    """The process that wrote its number there."""
    while not found.exists() or not found.read_text():
        time.sleep(0.01)
    return int(found.read_text())


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_much_work_is_done_by_another_process() -> None:
    with beside(os.getpid, files=WORTH) as other:
        assert other() != os.getpid()


def test_a_large_result_arrives_whole() -> None:
    many = {f"{number:064}": (number, "x" * 100) for number in range(20_000)}
    with beside(lambda: many, files=WORTH) as other:
        assert other() == many


def test_little_work_is_done_here_when_it_is_waited_for() -> None:
    order = []
    with beside(lambda: order.append("work"), files=WORTH - 1) as other:
        order.append("body")
        other()
    assert order == ["body", "work"]


def test_with_one_core_or_a_thread_at_work_nothing_is_forked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(module, "_cores", lambda: 1)
        with beside(os.getpid, files=WORTH) as other:
            assert other() == os.getpid()
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    with beside(os.getpid, files=WORTH) as other:
        assert other() == os.getpid()


def test_an_error_is_raised_where_the_result_is_waited_for() -> None:
    def fail() -> None:
        raise MlvcError("this", "that", Exit.MISSING)

    with beside(fail, files=WORTH) as other, pytest.raises(MlvcError) as caught:
        other()
    assert (caught.value.message, caught.value.hint, caught.value.code) == (
        "this",
        "that",
        Exit.MISSING,
    )


def test_what_kind_of_error_it_was_is_known() -> None:
    def fail() -> None:
        raise Changed("a/b")

    with beside(fail, files=WORTH) as other, pytest.raises(Changed) as caught:
        other()
    assert caught.value.message == Changed("a/b").message


def test_who_was_killed_is_no_result() -> None:
    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with beside(die, files=WORTH) as other, pytest.raises(MlvcError, match="ended from outside"):
        other()


def test_work_ends_with_the_body(tmp_path: Path) -> None:
    def fail_soon() -> None:
        with beside(lambda: sleep_in(tmp_path / "pid"), files=WORTH):
            started(tmp_path / "pid")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_soon()
    assert is_gone(started(tmp_path / "pid"))
    with beside(lambda: sleep_in(tmp_path / "other"), files=WORTH):
        pid = started(tmp_path / "other")
    assert is_gone(pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_runs_nothing_of_ours_there(tmp_path: Path, number: int) -> None:
    ran = tmp_path / "ran"
    before = signal.signal(number, lambda *_: ran.write_text("our handler"))
    try:
        with beside(lambda: sleep_in(tmp_path / "pid"), files=WORTH) as other:
            os.kill(started(tmp_path / "pid"), number)
            with pytest.raises(MlvcError, match="ended from outside"):
                other()
    finally:
        signal.signal(number, before)
    assert not ran.exists()


def test_it_shares_our_lock_as_long_as_it_lives(tmp_path: Path) -> None:
    def die_and_leave_a_child() -> None:
        with locked(tmp_path / "lock"), beside(lambda: sleep_in(tmp_path / "pid"), files=WORTH):
            started(tmp_path / "pid")
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        try:
            die_and_leave_a_child()
        finally:
            os._exit(1)
    os.waitpid(child, 0)
    with pytest.raises(MlvcError, match="which has ended"), locked(tmp_path / "lock"):
        pass
    os.kill(started(tmp_path / "pid"), signal.SIGKILL)
    with locked(tmp_path / "lock", wait=5):
        pass
