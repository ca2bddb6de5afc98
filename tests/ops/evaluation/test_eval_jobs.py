"""`mlvc eval --jobs`, `--timeout` and `--again`: several at once, and none that hangs."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.ops.evaluation.released import graft, state, worktrees
from tests.ops.evaluation.test_eval_isolation import all_end
from tests.pipeline_project import EVALUATE
from tests.project import PYTHON, Project

# Each run notes its model, and goes on when so many runs are there.
MEETING = """\
import os, pathlib, subprocess, time
cutoff = pathlib.Path("model.bin").read_text().split()[1]
here = pathlib.Path(os.environ["HERE"])
child = subprocess.Popen(["sleep", "300"])
(here / f"{cutoff}-{os.getpid()}").write_text(str(child.pid))
while len(list(here.iterdir())) < int(os.environ["MANY"]):
    time.sleep(0.02)
child.kill()
"""
# Each run notes when it was there.
SPAN = """\
import os, pathlib, time
begin = time.time()
time.sleep(2)
(pathlib.Path(os.environ["HERE"]) / str(os.getpid())).write_text(f"{begin} {time.time()}")
"""
# The model that was trained with this weight never gets to its end.
STUCK = """\
import time, pathlib
print("loading", flush=True)
if pathlib.Path("model.bin").read_text().split()[-1] == "219.400000":
    time.sleep(300)
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


def meeting(project: Project, here: Path, many: int) -> dict[str, str]:
    """An evaluator whose runs wait for each other, and the environment that it needs."""
    project.write("evaluate.py", MEETING + EVALUATE)
    project.commit("An evaluator that waits")
    return {"HERE": str(here), "MANY": str(many)}


def table(out: str) -> list[str]:
    return [line.split()[0] for line in out.splitlines() if line.startswith("v")]


def test_so_many_run_at_once(releases: Project, here: Path) -> None:
    env = meeting(releases, here, 3)
    before = state(releases)
    done = releases.mlvc("eval", "--all", "--with", "HEAD", "--jobs", "3", env=env)
    assert done.code == 0, done
    assert table(done.out) == ["v0.1.0", "v0.2.0", "v0.3.0"]
    assert done.err.count("evaluated model@v0.") == 3
    assert len(list(here.iterdir())) == 3
    assert state(releases) == before
    assert worktrees(releases) == [str(releases.path)]
    again = releases.mlvc("eval", "--all", "--with", "HEAD", "--json")
    rows = json.loads(again.out)["evaluations"]
    assert [row["fresh"] for row in rows] == [False] * 3


def test_no_more_than_that_do(releases: Project, here: Path) -> None:
    releases.write("evaluate.py", SPAN + EVALUATE)
    releases.commit("An evaluator that takes a while")
    done = releases.mlvc("eval", "--all", "--with", "HEAD", "--jobs", "2", env={"HERE": str(here)})
    assert done.code == 0, done
    spans = [tuple(map(float, file.read_text().split())) for file in here.iterdir()]
    at_once = [sum(b <= begin < e for b, e in spans) for begin, _ in spans]
    assert len(spans) == 3 and max(at_once) == 2


def test_one_that_hangs_is_ended_and_the_others_go_on(releases: Project) -> None:
    releases.write("evaluate.py", STUCK + EVALUATE)
    releases.commit("An evaluator that gets stuck")
    done = releases.mlvc("eval", "--all", "--with", "HEAD", "--jobs", "2", "--timeout", "20s")
    assert done.code == 1
    rows = [line for line in done.out.splitlines() if line.startswith("v0.")]
    assert ["ERROR" in row for row in rows] == [False, True, False], done.out
    assert "error: 1 of 3 evaluations failed: model@v0.2.0" in done.err
    (said,) = [line for line in done.out.splitlines() if "did not end within 20 seconds" in line]
    log = Path(said.rpartition(" is in ")[2].rstrip(")"))
    assert "loading" in log.read_text()
    assert worktrees(releases) == [str(releases.path)]
    # An error is no answer: it is tried again.
    again = releases.mlvc("eval", "v0.1.0", "v0.2.0", "--with", "HEAD", "--timeout", "5s", "--json")
    found = [row["evaluation"]["status"] for row in json.loads(again.out)["evaluations"]]
    assert found == ["OK", "ERROR"]


def test_the_same_model_is_run_once(releases: Project, here: Path) -> None:
    env = meeting(releases, here, 1)
    same = graft(releases, "same", {"notes.txt": "another commit, the same model\n"})
    names = ("same", "HEAD", "--with", "HEAD", "--jobs", "2", "--json")
    done = releases.mlvc("eval", *names, env=env)
    assert done.code == 0, done
    rows = json.loads(done.out)["evaluations"]
    assert [row["fresh"] for row in rows] == [True, False]
    assert rows[0]["evaluation"] == rows[1]["evaluation"]
    assert len(list(here.iterdir())) == 1
    assert same


def test_what_ran_before_is_run_again_when_asked_for(releases: Project, here: Path) -> None:
    env = meeting(releases, here, 1)
    for _ in range(2):
        assert releases.mlvc("eval", "v0.1.0", "--with", "HEAD", env=env).code == 0
    assert len(list(here.iterdir())) == 1
    done = releases.mlvc("eval", "v0.1.0", "--with", "HEAD", "--again", "--json", env=env)
    (row,) = json.loads(done.out)["evaluations"]
    assert row["fresh"]
    assert len(list(here.iterdir())) == 2
    # The first one is the one that counts.
    known = json.loads(releases.mlvc("eval", "v0.1.0", "--with", "HEAD", "--json", env=env).out)
    assert known["evaluations"][0]["evaluation"]["id"] != row["evaluation"]["id"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_ends_all_of_them(
    releases: Project, here: Path, number: signal.Signals, code: int
) -> None:
    env = meeting(releases, here, 99)
    before = state(releases)
    command = [PYTHON, "-I", "-m", "mlvc", "eval", "--all", "--with", "HEAD", "--jobs", "2"]
    with subprocess.Popen(
        command,
        cwd=releases.path,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        until = time.monotonic() + 60
        while len(list(here.iterdir())) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert "Traceback" not in err
    pids = [int(file.name.rpartition("-")[2]) for file in here.iterdir()]
    pids += [int(file.read_text()) for file in here.iterdir()]
    assert len(pids) == 4
    assert all_end(pids)
    assert worktrees(releases) == [str(releases.path)]
    assert state(releases) == before


@pytest.mark.parametrize("words", [("--jobs", "0"), ("--timeout", "soon"), ("--timeout", "0")])
def test_what_makes_no_sense_is_refused(releases: Project, words: tuple[str, str]) -> None:
    done = releases.mlvc("eval", *words)
    assert done.code == 2
    assert "Traceback" not in done.err
