"""Stages run in a group of their own, which ends with them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mlvc.artifacts.running import Process, Runner
from tests.ops.evaluation.test_eval_isolation import all_end
from tests.project import Project, run


def repro(worktree: Path, stages: list[str], log: Path, env: Mapping[str, str]) -> Process:
    runner = Runner(log.parent / "home", env)
    try:
        with runner.begun(worktree, stages, log) as process:
            assert runner.ended() is process
            return process
    finally:
        runner.close()


def stage(project: Project, cmd: str) -> None:
    project.write("dvc.yaml", f"stages:\n  one:\n    cmd: {cmd}\n")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "log"


def test_a_run_tells_its_status_and_keeps_all_that_was_printed(project: Project, log: Path) -> None:
    stage(project, "echo first && echo second >&2 && exit 3")
    done = repro(project.path, ["one"], log, os.environ)
    assert done.status != 0
    assert {"first", "second"} <= set(log.read_text().splitlines())
    assert "second" in done.tail


def test_a_stage_runs_although_nothing_has_changed(project: Project, log: Path) -> None:
    project.write("one.txt", "x")
    cmd = "cp one.txt two.txt && echo ran >> ran.txt"
    stage(project, f"{cmd}\n    deps: [one.txt]\n    outs: [two.txt]")
    for times in (1, 2):
        assert repro(project.path, ["one"], log, os.environ).status == 0
        assert project.read("ran.txt") == "ran\n" * times


def test_a_stage_gets_the_environment_it_is_given_and_no_other(
    project: Project, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "s3cret")
    stage(project, "env > env.txt")
    assert repro(project.path, ["one"], log, {"PATH": os.environ["PATH"], "A": "1"}).status == 0
    assert "A=1" in project.read("env.txt")
    assert "s3cret" not in project.read("env.txt")


def test_what_a_stage_leaves_behind_is_ended(project: Project, log: Path) -> None:
    stage(project, "'sleep 300 & echo $! > pid.txt'")
    assert repro(project.path, ["one"], log, os.environ).status == 0
    assert all_end([int(project.read("pid.txt"))])


def test_nothing_outlives_the_runner(project: Project, log: Path) -> None:
    stage(project, "'true'")
    before, others = time.monotonic(), children()
    assert repro(project.path, ["one"], log, os.environ).status == 0
    assert time.monotonic() - before < 60
    assert children() == others


def children() -> set[str]:
    """The processes of this one, dead ones too, but for the one that tells."""
    rows = run("ps", "-A", "-o", "ppid=,pid=,comm=", cwd=Path.home()).stdout.splitlines()
    found = [row.split(None, 2) for row in rows]
    return {pid for parent, pid, name in found if parent == str(os.getpid()) and name != "ps"}


def test_a_name_that_looks_like_an_option_is_none(project: Project, log: Path) -> None:
    done = repro(project.path, ["--help"], log, os.environ)
    assert done.status != 0
    assert "--help" in done.tail


def test_dvc_is_loaded_once_for_many_runs(project: Project, log: Path) -> None:
    stage(project, "ps -o ppid= -p $PPID > parent.txt")
    parents, runner = [], Runner(log.parent / "home", os.environ)
    try:
        for _ in range(2):
            with runner.begun(project.path, ["one"], log) as process:
                assert runner.ended() is process
            assert process.status == 0, log.read_text()
            parents.append(project.read("parent.txt"))
    finally:
        runner.close()
    assert parents[0] == parents[1]


def test_several_run_at_once_and_end_in_their_own_order(project: Project, log: Path) -> None:
    other = project.copy(log.parent.parent / "other")
    stage(project, "sleep 300")
    stage(other, "exit 7")
    runner = Runner(log.parent / "home", os.environ)
    try:
        with runner.begun(project.path, ["one"], log) as slow:
            with runner.begun(other.path, ["one"], log.with_name("other")) as quick:
                assert runner.ended() is quick
            assert (bool(quick.status), slow.status) == (True, None)
            assert runner.ended(0.05) is None
        assert slow.status == -signal.SIGTERM
        assert runner.ended(0.05) is None
    finally:
        runner.close()


def test_where_the_loaded_dvc_is_killed_its_runs_are_and_the_next_has_another(
    project: Project, log: Path
) -> None:
    stage(project, "'echo begun; sleep 300 & echo $! > pid.txt; wait'")
    runner = Runner(log.parent / "home", os.environ)
    try:
        with runner.begun(project.path, ["one"], log) as process:
            until(lambda: (project.path / "pid.txt").is_file() and project.read("pid.txt") != "")
            os.kill(int(Path(f"/proc/{process.pid}/stat").read_text().split()[3]), signal.SIGKILL)
            assert runner.ended() is process
        assert process.status == -signal.SIGKILL
        assert all_end([int(project.read("pid.txt"))])
        stage(project, "echo ran > ran.txt")
        with runner.begun(project.path, ["one"], log) as process:
            runner.ended()
        assert (process.status, project.read("ran.txt")) == (0, "ran\n")
    finally:
        runner.close()


def test_what_it_runs_does_not_outlive_who_asked_for_it(project: Project, log: Path) -> None:
    stage(project, "'echo $$ > pid.txt; sleep 300'")
    program = (
        "import os, signal, sys; from pathlib import Path; from mlvc.artifacts.running import *\n"
        "runner = Runner(Path(sys.argv[1]), os.environ)\n"
        "with runner.begun(Path.cwd(), ['one'], Path(sys.argv[2])):\n"
        "    while not Path('pid.txt').is_file(): time.sleep(0.02)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    words = [sys.executable, "-c", program, str(log.parent / "home"), str(log)]
    done = subprocess.run(words, cwd=project.path, check=False)
    assert done.returncode == -signal.SIGKILL
    assert all_end([int(project.read("pid.txt"))])


def test_a_dvc_that_cannot_be_loaded_says_why(project: Project, log: Path) -> None:
    stage(project, "'true'")
    broken = log.parent.parent / "home"
    broken.mkdir()
    (broken / "rehearsal").write_text("in the way")
    runner = Runner(broken, os.environ)
    with runner.begun(project.path, ["one"], log) as process:
        pass
    runner.close()
    assert process.status == -signal.SIGKILL
    assert "rehearsal" in process.tail


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)
