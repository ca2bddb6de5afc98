"""One request is one rollback, and nobody recovers while its git still lives."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.ops.rollback.rows import UP_TO_DATE
from tests.ops.rollback.states import assert_whole
from tests.ops.rollback.test_interruption import MOVE, strike
from tests.project import PYTHON, Project, run

PUBLISH = "mlvc.registry.index:Index.publish"


def test_asked_again_after_a_crash_it_does_not_go_back_twice(released: Project) -> None:
    head = released.git("rev-parse", "HEAD")
    strike(released, MOVE, "after", "SIGKILL", "rollback", "--yes")
    done = released.mlvc("rollback", "--yes")
    assert done.code == 0, done
    assert "Finished the interrupted rollback to model@v0.2.0" in done.err
    assert released.git("rev-parse", "HEAD^") == head
    assert released.git("diff", "model@v0.2.0", "HEAD") == ""
    assert_whole(released)


def test_asked_again_by_name_it_has_nothing_to_do(released: Project) -> None:
    head = released.git("rev-parse", "HEAD")
    strike(released, PUBLISH, "before", "SIGKILL", "rollback", "v0.1.0")
    done = released.mlvc("rollback", "v0.1.0")
    assert done.code == 0, done
    assert "Finished the interrupted rollback" in done.err and "Nothing to do" in done.out
    assert released.git("rev-parse", "HEAD^") == head
    assert_whole(released)


def test_a_new_branch_is_switched_to_after_a_crash(released: Project) -> None:
    main = released.git("rev-parse", "HEAD")
    strike(released, MOVE, "after", "SIGKILL", "rollback", "v0.1.0", "--branch", "fix")
    assert released.git("symbolic-ref", "HEAD") == "refs/heads/main"
    assert released.mlvc("recover").code == 0
    assert released.git("symbolic-ref", "HEAD") == "refs/heads/fix"
    assert released.git("rev-parse", "main") == main == released.git("rev-parse", "HEAD^")
    assert_whole(released)


@pytest.mark.parametrize("place", ["mlvc.workspace.transaction:apply", PUBLISH])
def test_a_crash_keeps_what_is_staged_and_dirty_elsewhere(released: Project, place: str) -> None:
    released.write("notes.txt", "staged\n")
    released.git("add", "notes.txt")
    released.write("README.md", "dirty\n")
    strike(released, place, "after", "SIGKILL", "rollback", "v0.1.0")
    assert released.mlvc("recover").code == 0
    assert released.git("status", "--porcelain") == " M README.md\nM  notes.txt"
    assert released.git("fsck", "--strict", "--no-dangling") == ""


def test_what_was_staged_after_a_crash_over_the_deleted_lock_stays(released: Project) -> None:
    strike(released, MOVE, "after", "SIGKILL", "rollback", "v0.1.0")
    (released.path / ".git/index.lock").unlink()
    released.git("reset", "--quiet", "--hard")
    released.write("new.txt", "new\n")
    released.git("add", "new.txt")
    released.commit("Work goes on")
    released.write("staged.txt", "staged\n")
    released.git("add", "staged.txt")
    done = released.mlvc("recover")
    assert done.code == 0, done
    assert released.git("status", "--porcelain") == "A  staged.txt"
    assert released.git("fsck", "--strict", "--no-dangling") == ""
    assert released.dvc("status") == UP_TO_DATE


LOCKED_OUT = (("recover",), ("rollback", "v0.1.0"), ("tag", "0.4.0"))


def slow_git(folder: Path) -> None:
    """A `git` for PATH that marks when it moves a branch, and waits, a minute at most, for `go`."""
    real = run("which", "git", cwd=Path("/")).stdout.strip()
    folder.mkdir()
    (folder / "git").write_text(
        f'#!/bin/sh\ncase " $* " in *" update-ref "*) touch "{folder}/began";'
        f' for _ in $(seq 600); do test -e "{folder}/go" && break; sleep 0.1; done;'
        f' {real} "$@"; touch "{folder}/ended"; exit;; esac\nexec {real} "$@"\n'
    )
    (folder / "git").chmod(0o755)


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not come"
        time.sleep(0.05)


def test_nobody_recovers_while_a_git_of_the_killed_process_lives(released: Project) -> None:
    head, slow = released.git("rev-parse", "HEAD"), released.path.parent / "slow"
    slow_git(slow)
    command = (PYTHON, "-I", "-m", "mlvc", "-C", str(released.path), "rollback", "v0.1.0")
    env = {**os.environ, "PATH": f"{slow}{os.pathsep}{os.environ['PATH']}"}
    with subprocess.Popen(
        command, env=env, cwd=os.environ["HOME"], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as child:  # fmt: skip
        wait_for(slow / "began")
        child.send_signal(signal.SIGKILL)
        child.wait()
        early = [released.mlvc(*args) for args in LOCKED_OUT]
    for answer in early:
        assert answer.code == 11 and "which has ended" in answer.err, answer
    (slow / "go").touch()
    wait_for(slow / "ended")
    assert released.mlvc("recover").code == 0
    assert released.git("rev-parse", "HEAD^") == head
    assert_whole(released)
