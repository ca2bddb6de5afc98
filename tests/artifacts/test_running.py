"""Stages run in a group of their own, which ends with them."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from mlvc.artifacts.running import Run, begun
from tests.ops.evaluation.test_eval_isolation import all_end
from tests.project import Project


def repro(worktree: Path, stages: list[str], log: Path, env: Mapping[str, str]) -> Run:
    with begun(worktree, stages, log, env) as child:
        return Run(child.wait(), log)


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


def test_a_guard_does_not_outlive_the_run(project: Project, log: Path) -> None:
    stage(project, "'true'")
    before = time.monotonic()
    assert repro(project.path, ["one"], log, os.environ).status == 0
    assert time.monotonic() - before < 60
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_name_that_looks_like_an_option_is_none(project: Project, log: Path) -> None:
    done = repro(project.path, ["--help"], log, os.environ)
    assert done.status != 0
    assert "--help" in done.tail
