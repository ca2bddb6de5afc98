"""`mlvc eval --cluster`: workers that share no folder with the caller, and may be killed."""

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

import mlvc
from mlvc.domain.evaluation import Evaluation
from mlvc.errors import Exit, MlvcError
from mlvc.ops.cluster import calling, connecting
from mlvc.ops.evaluating import Evaluated, evaluate
from mlvc.ops.evaluation_jobs import How
from mlvc.ops.project import Project as Opened
from mlvc.ops.selecting import evaluator_by, select
from mlvc.registry import evaluations
from mlvc.registry.git import Git
from tests.ops.evaluation.machines import RINGING, Bell, Machines, free_port, kill, publish
from tests.ops.evaluation.released import worktrees
from tests.ops.evaluation.test_eval_isolation import all_end
from tests.pipeline_project import EVALUATE
from tests.project import PYTHON, Project

# One cluster for all of them, not one in each process of pytest-xdist.
pytestmark = pytest.mark.xdist_group("cluster")


@pytest.fixture(scope="module")
def the_bell() -> Iterator[Bell]:
    bell = Bell()
    yield bell
    bell.close()


@pytest.fixture
def bell(the_bell: Bell) -> Bell:
    """It is shut at first."""
    the_bell.shut()
    return the_bell


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory, the_bell: Bell) -> Iterator[Machines]:
    """A scheduler and a worker; what serves the remotes comes to them."""
    with Machines(tmp_path_factory.mktemp("machines"), the_bell) as machines:
        machines.scheduler()
        machines.worker("worker")
        yield machines


@pytest.fixture(scope="module")
def built_published(
    built_releases: Project, machines: Machines, tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """Three releases and an evaluator that can be caught in the middle, on both remotes."""
    folder = tmp_path_factory.mktemp("published")
    project = built_releases.copy(folder / "project")
    project.write("evaluate.py", RINGING + EVALUATE)
    project.commit("An evaluator that rings")
    publish(project, machines, folder)
    return project


@pytest.fixture
def published(built_published: Project, tmp_path: Path) -> Project:
    return built_published.copy(tmp_path / "project")


def recorded(project: Project) -> dict[str, Evaluation]:
    """The record by model, without what is another in each run."""
    found = evaluations.read(Git(project.path))
    return {e.model_digest: replace(e, id="", at=0, seconds=0) for e in found}


def evaluated(
    project: Project, how: How, *names: str, progress: Callable[[str], None] = lambda _: None
) -> tuple[Evaluated, ...]:
    """`mlvc eval NAMES --with HEAD` in this process."""
    opened = Opened.find(project.path)
    targets = select(opened, list(names), None, every=False)
    return evaluate(opened, targets, evaluator_by(opened, "HEAD", targets), how, progress)


@contextmanager
def begun(project: Project, *words: str) -> Iterator["subprocess.Popen[str]"]:
    """`mlvc eval`, while it runs."""
    with subprocess.Popen(
        [PYTHON, "-I", "-m", "mlvc", "-C", str(project.path), "eval", *words],
        cwd=os.environ["HOME"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_killed_worker_is_replaced_and_the_record_is_that_of_a_local_run(
    published: Project, machines: Machines, bell: Bell, tmp_path: Path
) -> None:
    local = published.copy(tmp_path / "local")
    names = ("0.1.0", "HEAD", "--with", "HEAD")
    assert local.mlvc("eval", *names).code == 0
    second = machines.worker("second")
    with begun(published, *names, "--cluster", machines.address) as process:
        stages = [bell.caller(), bell.caller()]
        kill(second)
        bell.open()
        stages.append(bell.caller())
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert err.count("evaluating ") == 3 and err.count("once more, since the worker before") == 1
    assert err.count(": OK") == 2 and "Traceback" not in err and "distributed" not in err
    assert [line.split()[0] for line in out.splitlines()[1:2]] == ["v0.1.0"]
    # Status, metrics, outputs, digests, whether they reproduce: all that is not time.
    assert recorded(published) == recorded(local)
    assert sorted(str(e.reproduces) for e in recorded(local).values()) == ["None", "True"]
    # Workers took no more than they needed: the models, since the other data are in Git.
    gotten = re.findall(r'"GET /files/md5/(..)/([0-9a-f]{30}) HTTP', machines.log("http"))
    assert {f"md5:{a}{b}" for a, b in gotten} == recorded(local).keys()
    # What the evaluator wrote is here, as after a local run: gates compare predictions.
    for digest in (d for e in recorded(local).values() for d in e.outputs.values()):
        inner = f".dvc/cache/files/md5/{digest[4:6]}/{digest[6:]}"
        assert published.read(inner) == local.read(inner)
    assert worktrees(published) == [str(published.path)]
    assert all_end(stages)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_an_end_of_the_caller_ends_what_is_under_way_over_there(
    published: Project, machines: Machines, bell: Bell, number: signal.Signals, code: int
) -> None:
    # --again: DVC's run cache over there may know what ran before.
    names = ("0.1.0", "0.2.0", "--with", "HEAD", "--again")
    with begun(published, *names, "--cluster", machines.address) as process:
        stage = bell.caller()
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert err.endswith("error: interrupted\n") == (code == 130) and "Traceback" not in err
    assert all_end([stage], seconds=20)
    assert recorded(published) == {}


def test_a_stage_that_hangs_over_there_is_ended_and_its_log_is_brought_here(
    published: Project, machines: Machines, bell: Bell
) -> None:
    how = How(timeout=2, again=True, cluster=machines.address)
    (row,) = evaluated(published, how, "0.1.0")
    log = Path(row.evaluation.error.partition("is in ")[2].rstrip(")"))
    assert "did not end within 2 seconds" in row.evaluation.error
    assert log.parent == published.path / ".git/mlvc/logs"
    assert "waiting" in log.read_text()
    assert all_end([bell.caller()], seconds=20)


def test_a_worker_that_says_nothing_more_is_given_up(
    published: Project, machines: Machines, bell: Bell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "GRACE", 0.2)
    monkeypatch.setattr(calling, "POLL", 0.2)
    how = How(timeout=1, again=True, cluster=machines.address)

    def freeze(text: str) -> None:
        assert " on tcp://" in text
        os.killpg(machines.pid("worker"), signal.SIGSTOP)

    try:
        (row,) = evaluated(published, how, "0.1.0", progress=freeze)
    finally:
        os.killpg(machines.pid("worker"), signal.SIGCONT)
    assert row.evaluation.error.startswith("worker tcp://")
    assert row.evaluation.error.endswith(": it did not answer within 1 seconds")


def test_a_run_that_kills_its_workers_is_an_error_and_a_lost_scheduler_ends_the_rest(
    published: Project, bell: Bell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "CONNECT", 1.0)
    with Machines(tmp_path / "machines", bell) as machines:
        scheduler = machines.scheduler(failures=0)
        how = How(cluster=machines.address)
        with pytest.raises(MlvcError, match="has no workers") as nobody:
            evaluated(published, how, "0.1.0")
        assert f"dask worker {machines.address}" in nobody.value.hint
        monkeypatch.setattr(connecting, "CONNECT", 10.0)
        running, stages = [machines.worker("first", "--no-nanny")], list[int]()

        def harm(text: str) -> None:
            if "model@v0.1.0" in text:
                stages.append(bell.caller())
                kill(running.pop())
                running.append(machines.worker("next", "--no-nanny"))
            else:
                kill(scheduler)

        with pytest.raises(MlvcError, match=f"scheduler at {machines.address} has gone"):
            evaluated(published, how, "0.1.0", "0.2.0", progress=harm)
    assert all_end(stages, seconds=20)
    (error,) = recorded(published).values()
    assert error.status == "ERROR" and error.release == "model@v0.1.0"
    assert "it was killed, like those that had tried before" in error.error


def test_a_scheduler_that_does_not_answer_is_named(
    published: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "CONNECT", 0.5)
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(MlvcError, match=f"no Dask scheduler answers at {address}") as refused:
        evaluated(published, How(cluster=address), "0.1.0")
    assert "\n" not in refused.value.message
    with pytest.raises(MlvcError, match="is no address of a Dask scheduler") as unknown:
        evaluated(published, How(cluster="http://127.0.0.1:1"), "0.1.0")
    assert unknown.value.code == Exit.USAGE


def test_another_version_over_there_is_refused(
    published: Project, machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mlvc, "__version__", "9.9.9")
    with pytest.raises(MlvcError, match=r"has mlvc 0\.1\.0 on .*, and here is mlvc 9\.9\.9"):
        evaluated(published, How(cluster=machines.address), "0.1.0")
    assert recorded(published) == {}


def test_what_the_remote_does_not_have_is_refused_before_anything_runs(published: Project) -> None:
    how = How(cluster="tcp://127.0.0.1:1")
    published.git("commit", "--quiet", "--allow-empty", "--message", "Not pushed")
    with pytest.raises(MlvcError, match="HEAD is not on Git remote 'origin'") as refused:
        evaluated(published, how, "0.1.0")
    assert "git push" in refused.value.hint
    published.write("notes.txt", "not committed\n")
    answer = published.mlvc("eval", "0.1.0", "--with", ".", "--cluster", "tcp://127.0.0.1:1")
    assert answer.code == 2
    assert "uncommitted changes do not reach the workers" in answer.err
