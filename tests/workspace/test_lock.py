import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from mlvc.errors import Exit, MlvcError
from mlvc.workspace.lock import locked

HOLD = """
import subprocess, sys, time
from pathlib import Path
from mlvc.workspace.lock import locked
with locked(Path(sys.argv[1])) as descriptor:
    child = subprocess.Popen(["sleep", "60"], pass_fds=[descriptor], stdout=subprocess.DEVNULL)
    print(child.pid, flush=True)
    time.sleep(60)
"""


def test_a_second_holder_is_told_who_is_the_first(tmp_path: Path) -> None:
    path = tmp_path / "a/lock"
    with locked(path), pytest.raises(MlvcError) as caught, locked(path):
        pass
    assert caught.value.code is Exit.LOCKED
    assert str(os.getpid()) in caught.value.message
    assert "wait" in caught.value.hint


def test_it_is_free_again_afterwards_also_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), locked(tmp_path / "lock"):
        raise ZeroDivisionError
    with locked(tmp_path / "lock"):
        pass


def test_waiting_gets_it_when_the_other_ends(tmp_path: Path) -> None:
    entered = threading.Event()

    def hold() -> None:
        with locked(tmp_path / "lock"):
            entered.set()
            time.sleep(0.2)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait()
    started = time.monotonic()
    with locked(tmp_path / "lock", wait=10):
        assert 0.05 < time.monotonic() - started < 5
    thread.join()


def test_waiting_ends(tmp_path: Path) -> None:
    started = time.monotonic()
    with locked(tmp_path / "lock"), pytest.raises(MlvcError), locked(tmp_path / "lock", wait=0.2):
        pass
    assert 0.2 <= time.monotonic() - started < 5


def test_a_killed_holder_with_a_living_child_still_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout
    with holder, holder.stdout:
        child = int(holder.stdout.readline())
        holder.kill()
        holder.wait()
    try:
        with pytest.raises(MlvcError, match=f"child of process {holder.pid}"), locked(path):
            pass
    finally:
        os.kill(child, signal.SIGKILL)
    with locked(path, wait=5):
        pass


def test_a_forked_child_inherits_it(tmp_path: Path) -> None:
    with locked(tmp_path / "lock") as descriptor:
        assert os.get_inheritable(descriptor)


def test_a_child_left_behind_does_not_hold_it_after_an_orderly_end(tmp_path: Path) -> None:
    with locked(tmp_path / "lock") as descriptor:
        child = subprocess.Popen(["sleep", "60"], pass_fds=[descriptor])
    try:
        with locked(tmp_path / "lock"):
            pass
    finally:
        child.kill()
        child.wait()


def test_the_lock_file_is_not_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "lock").symlink_to("precious")
    with pytest.raises(OSError, match="symbolic"), locked(tmp_path / "lock"):
        pass
    assert (tmp_path / "precious").read_text() == "precious"
