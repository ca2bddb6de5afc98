"""Whatever is evaluated and however it ends: the workspace, the index and HEAD stay as they are."""

import json
import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.ops.evaluation.released import evaluated, graft, state, worktrees
from tests.pipeline_project import EVALUATE
from tests.project import PYTHON, Project

COUNTING = EVALUATE + "import os\nopen(os.environ['RUNS'], 'a').write('run\\n')\n"
# A stage that has a child of its own and does not end, not even when it is asked to.
HANGING = """\
import json, os, signal, subprocess, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen(["sleep", "300"])
with open(os.environ["PIDS"] + ".new", "w") as file:
    json.dump([os.getpid(), child.pid], file)
os.rename(os.environ["PIDS"] + ".new", os.environ["PIDS"])
time.sleep(300)
"""


def logging_git(folder: Path) -> Path:
    """A `git` that notes what it is called with, then does it."""
    folder.mkdir()
    script = folder / "git"
    script.write_text(f'#!/bin/sh\necho "$*" >> {folder}/log\nexec {shutil.which("git")} "$@"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return folder / "log"


def test_a_second_evaluation_runs_no_stage_and_makes_no_worktree(
    releases: Project, tmp_path: Path
) -> None:
    releases.write("evaluate.py", COUNTING)
    releases.commit("An evaluator that counts its runs")
    log = logging_git(tmp_path / "bin")
    env = {"RUNS": str(tmp_path / "runs"), "PATH": f"{log.parent}:{os.environ['PATH']}"}
    first = releases.mlvc("eval", "--all", "--with", "HEAD", "--json", env=env)
    assert first.code == 0, first.err
    assert "worktree add" in log.read_text()
    assert (tmp_path / "runs").read_text() == "run\n" * 3
    log.unlink()
    refs = releases.git("for-each-ref")
    second = releases.mlvc("eval", "--all", "--with", "HEAD", "--json", env=env)
    assert second.code == 0
    assert (tmp_path / "runs").read_text() == "run\n" * 3
    assert "cat-file" in log.read_text()
    assert "worktree" not in log.read_text()
    assert releases.git("for-each-ref") == refs
    assert [row["evaluation"] for row in json.loads(first.out)["evaluations"]] == [
        row["evaluation"] for row in json.loads(second.out)["evaluations"]
    ]


def test_the_users_files_index_and_head_are_the_same_byte_for_byte(releases: Project) -> None:
    releases.write("evaluate.py", EVALUATE + "# not committed\n")
    releases.write("notes.txt", "mine\n")
    releases.write("staged.txt", "mine too\n")
    releases.git("add", "staged.txt")
    (releases.path / "read-only.txt").write_text("r")
    (releases.path / "read-only.txt").chmod(0o444)
    before = state(releases)
    assert len(before) > 30
    assert all(row.is_ok for row in evaluated(releases, by="HEAD"))
    assert all(row.is_ok for row in evaluated(releases, "0.1.0", by="."))
    assert state(releases) == before
    assert worktrees(releases) == [str(releases.path)]


@contextmanager
def hang(
    releases: Project, tmp_path: Path, *words: str
) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """An evaluation in the middle of its stage, and the processes of that stage."""
    pids = tmp_path / "pids"
    command = (PYTHON, "-I", "-m", "mlvc", "-C", str(releases.path))
    with subprocess.Popen(
        [*command, *(words or ("eval", "0.1.0", "--with", "HEAD"))],
        cwd=tmp_path,
        env={**os.environ, "PIDS": str(pids)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        deadline = time.monotonic() + 30
        while not pids.exists():
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.02)
        running = json.loads(pids.read_text())
        try:
            yield process, running
        finally:
            process.kill()
            for pid in filter(is_alive, running):
                os.kill(pid, signal.SIGKILL)


def is_alive(pid: int) -> bool:
    with suppress(FileNotFoundError, ProcessLookupError):
        # A zombie that nobody reaps, as in a container without init, is dead all the same.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def all_end(pids: list[int], seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while any(map(is_alive, pids)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def hanging(releases: Project) -> Project:
    releases.write("evaluate.py", HANGING)
    releases.commit("An evaluator that hangs")
    return releases


@pytest.mark.parametrize(
    ("number", "code", "says"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
)
def test_an_interrupted_evaluation_ends_its_stage_and_leaves_nothing(
    hanging: Project, tmp_path: Path, number: signal.Signals, code: int, says: str
) -> None:
    before = state(hanging)
    with hang(hanging, tmp_path) as (process, pids):
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
        assert process.returncode == code
        assert says in err and "Traceback" not in err
        assert all_end(pids)
    assert worktrees(hanging) == [str(hanging.path)]
    assert state(hanging) == before


@pytest.mark.parametrize("then", [("recover",), ("eval", "0.1.0")])
def test_a_killed_evaluation_ends_its_stage_and_is_cleared_by_the_next_verb(
    hanging: Project, tmp_path: Path, then: tuple[str, ...]
) -> None:
    before = state(hanging)
    with hang(hanging, tmp_path) as (process, pids):
        process.kill()
        process.communicate()
        assert all_end(pids)
    assert len(worktrees(hanging)) > 1
    answer = hanging.mlvc(*then)
    assert answer.code == 0, answer.err
    assert worktrees(hanging) == [str(hanging.path)]
    assert state(hanging) == before
    assert hanging.git("fsck", "--strict", "--no-dangling") == ""


def test_two_evaluations_at_once_are_refused_and_say_who_is_at_it(
    hanging: Project, tmp_path: Path
) -> None:
    with hang(hanging, tmp_path) as (process, _):
        answer = hanging.mlvc("eval", "0.2.0")
        assert answer.code == 11
        assert f"process {process.pid}" in answer.err
        process.terminate()
        process.communicate(timeout=30)
    assert hanging.mlvc("eval", "0.2.0").code == 0


def hostile(outside: Path) -> str:
    return (
        f"[cache]\n    dir = {outside}/cache\n[core]\n    remote = evil\n"
        f"    site_cache_dir = {outside}/site\n"
        f"['remote \"evil\"']\n    url = {outside}/remote\n"
    )


@pytest.mark.parametrize("where", [".dvc/config", ".dvc/config.local"])
def test_the_configuration_of_an_evaluated_revision_is_not_used(
    releases: Project, tmp_path: Path, where: str
) -> None:
    outside = tmp_path / "outside"
    commit = graft(releases, "evil", {where: hostile(outside), "evaluate.py": EVALUATE + "\n"})
    for by in (None, commit):
        (row,) = evaluated(releases, commit, by=by)
        assert row.is_ok
    assert not outside.exists()


def test_a_dvc_folder_that_is_a_link_in_a_revision_is_replaced_not_followed(
    releases: Project, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "config").write_text(hostile(tmp_path / "elsewhere"))
    commit = graft(releases, "evil", {".dvc": outside, "evaluate.py": EVALUATE + "\n"})
    (row,) = evaluated(releases, commit)
    assert row.is_ok
    assert [path.name for path in outside.iterdir()] == ["config"]
    assert not (tmp_path / "elsewhere").exists()


def test_a_link_in_a_revision_is_not_written_through(releases: Project, tmp_path: Path) -> None:
    # The model of a release would come to lie in `models/`, which in this revision leads outside.
    outside = tmp_path / "outside"
    outside.mkdir()
    evil = releases.read("dvc.yaml").replace("data/test.csv", "models/model.bin")
    files: dict[str, str | Path | None] = {"dvc.yaml": evil, "models": outside}
    files["params.yaml"] = releases.read("params.yaml") + (
        "mlvc: {evaluation: {from_model: [models/model.bin]}}\n"
    )
    commit = graft(releases, "evil", files)
    (row,) = evaluated(releases, "0.1.0", by=commit)
    assert "symlink" in row.evaluation.error
    assert list(outside.iterdir()) == []


def test_a_lock_of_dvc_in_the_workspace_is_no_hindrance(releases: Project) -> None:
    held = subprocess.Popen(
        [PYTHON, "-I", "-c", HOLD_LOCK],
        cwd=releases.path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert held.stdout and held.stdout.readline() == b"held\n"
    (row,) = evaluated(releases, "0.1.0", by="HEAD")
    assert row.is_ok
    held.communicate()


HOLD_LOCK = """\
import sys
from dvc.repo import Repo
with Repo(".").lock:
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("kind", ["hardlink", "symlink"])
def test_objects_are_linked_as_the_project_links_them_and_stay_whole(
    releases: Project, kind: str
) -> None:
    releases.dvc("config", "cache.type", kind)
    releases.write("evaluate.py", EVALUATE + LINK.format(kind=kind))
    releases.commit("An evaluator that looks at its model")
    cache = releases.path / ".dvc/cache/files"
    before = {path: path.read_bytes() for path in cache.rglob("*") if path.is_file()}
    (row,) = evaluated(releases, "0.1.0", by="HEAD")
    assert row.is_ok, row.evaluation.error
    assert all(path.read_bytes() == data for path, data in before.items())


LINK = """
import os
file = Path("model.bin")
assert file.is_symlink() if {kind!r} == "symlink" else file.stat().st_nlink > 1
"""
