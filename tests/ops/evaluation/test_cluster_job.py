"""The process that a worker starts for an evaluation, without Dask around it."""

import json
import subprocess
from pathlib import Path

import pytest

from mlvc.ops.cluster.messages import Answer, Request, Subject, edition
from mlvc.ops.evaluation_run import Run
from mlvc.ops.evaluators import By, Judges
from mlvc.ops.naming import resolve
from mlvc.ops.project import Project as Opened
from tests.ops.evaluation.released import worktrees
from tests.project import PYTHON, Project, run


@pytest.fixture
def nested(tmp_path: Path, built_project: Project) -> Project:
    """A project in a subfolder of its repository, its objects on a remote."""
    top, nested = Project(tmp_path / "top"), Project(tmp_path / "top/one model")
    run("git", "clone", "--quiet", built_project.path, nested.path, cwd=tmp_path)
    (nested.path / ".git").rename(tmp_path / "not here")
    top.git("init", "--quiet")
    nested.dvc("remote", "add", "--quiet", "--default", "store", str(tmp_path / "objects"))
    nested.dvc("cache", "dir", "--local", str(built_project.path / ".dvc/cache"))
    nested.dvc("push", "--quiet")
    top.commit("All of it")
    return nested


def request(project: Project) -> Request:
    """HEAD by its own evaluator."""
    opened = Opened.find(project.path)
    target, by = resolve(opened, "HEAD"), By()
    asked = Run(opened, target, by, Judges(opened, by).of(target))
    subject = Subject.of(target)
    return Request(
        id=asked.id, url=f"file://{opened.repo.top}", head=opened.repo.head,
        prefix=opened.repo.prefix, target=subject, base=subject, stages=(), changes=(),
        pair=asked.pair, again=False, timeout=None, topic="", edition=edition(),
    )  # fmt: skip


def answered(request: Request, place: Path) -> Answer:
    """What the process makes of it; it ends in order and prints nothing."""
    place.mkdir(parents=True)
    (place / "request").write_bytes(request.to_json())
    command = [PYTHON, "-I", "-m", "mlvc.ops.cluster.job", str(place), str(place.parent)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as child:
        assert child.stdout is not None
        assert (child.stdout.read(), child.wait()) == (b"", 0)
    return Answer.from_json((place / "answer").read_bytes())


def test_a_project_in_a_subfolder_is_evaluated_in_a_clone_that_is_used_again(
    nested: Project, built_project: Project, tmp_path: Path
) -> None:
    asked, home = request(nested), tmp_path / "home"
    answer = answered(asked, home / "first")
    assert answer.evaluation and answer.evaluation.status == "OK" and answer.evaluation.reproduces
    assert answer.evaluation.metrics == pytest.approx(json.loads(nested.read("metrics.json")))
    (predictions,) = (home / "first" / "objects").iterdir()
    assert predictions.read_text() == built_project.read("predictions.csv")
    (nested.path.parent / ".git").rename(tmp_path / "gone")
    assert answered(asked, home / "second").evaluation
    (clone,) = home.glob("*/*/.git")
    assert worktrees(Project(clone.parent)) == [str(clone.parent)]


def test_another_pair_than_asked_for_is_refused(nested: Project, tmp_path: Path) -> None:
    asked = request(nested)
    other = Request(**{**vars(asked), "pair": (asked.pair[0], "sha256:" + "0" * 64)})
    answer = answered(other, tmp_path / "home" / "place")
    assert answer.evaluation is None
    assert answer.refusal.endswith("or its evaluator is not the same there")
