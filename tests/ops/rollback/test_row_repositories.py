"""Kinds of repositories: a submodule, a linked worktree, a shared cache, a killed mlvc in each."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.ops.rollback.rows import assert_settled, roll_back, step
from tests.ops.rollback.states import md5, rolled_back, same_as
from tests.project import PYTHON, Project


def assert_all_verbs_work(project: Project) -> None:
    """tag, eval, rollback and recover, in a project with releases 0.1.0 to 0.3.0 of a model."""
    project.write("extra.txt", "one more\n")
    project.set_param("bias: 0.7", "bias: 0.9")
    project.dvc("repro", "--quiet")
    project.commit("Retrain")
    for args in (("tag", "0.4.0"), ("eval", "v0.1.0"), ("eval", "v0.1.0", "--with", "HEAD")):
        done = project.mlvc(*args)
        assert done.code == 0, done.out + done.err
    killed_at_the_commit(project)
    assert project.mlvc("recover").code == 0
    rolled_back(project, "v0.1.0")
    assert project.git("diff", "--name-only", "model@v0.1.0", "HEAD") == "extra.txt"
    assert project.git("status", "--porcelain") == ""
    assert project.git("fsck", "--strict", "--no-dangling") == ""
    assert project.dvc("status") == "Data and pipelines are up to date."
    assert len(project.git("worktree", "list").splitlines()) <= 2


KILLED = """\
import os, signal, sys
from mlvc.registry import commits
commits.move = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
from mlvc.cli.app import main
sys.argv = ["mlvc", "-C", sys.argv[1], "rollback", "v0.2.0"]
main()
"""


def killed_at_the_commit(project: Project) -> None:
    """A rollback that is killed with the new content live and the branch not moved."""
    command = [PYTHON, "-I", "-c", KILLED, str(project.path)]
    done = subprocess.run(command, cwd=os.environ["HOME"], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_all_verbs_work_in_a_submodule(released: Project, tmp_path: Path) -> None:
    above = Project(tmp_path / "above")
    above.path.mkdir()
    above.git("init", "--quiet")
    above.git("submodule", "--quiet", "add", str(released.path), "deep/inner")
    above.commit("With a submodule")
    inner = Project(above.path / "deep/inner")
    assert (inner.path / ".git").is_file()
    inner.git("switch", "--quiet", "main")
    inner.dvc("config", "--local", "cache.dir", str(released.path / ".dvc/cache"))
    inner.dvc("checkout", "--quiet")
    assert_all_verbs_work(inner)
    assert above.git("status", "--porcelain") == " M deep/inner"


def test_all_verbs_work_in_a_linked_worktree(released: Project) -> None:
    linked = Project(released.path.parent / "linked")
    released.git("worktree", "add", "--quiet", "-b", "other", str(linked.path))
    linked.dvc("config", "--local", "cache.dir", str(released.path / ".dvc/cache"))
    linked.dvc("checkout", "--quiet")
    assert_all_verbs_work(linked)


@pytest.mark.parametrize("types", ["copy", "hardlink", "symlink"])
def test_a_cache_that_clones_share_is_never_written_to(
    released: Project, tmp_path: Path, types: str
) -> None:
    shared = tmp_path / "shared cache"
    (released.path / ".dvc/cache").rename(shared)
    clone = Project(tmp_path / "clone")
    released.git("clone", "--quiet", str(released.path), str(clone.path))
    for project in (released, clone):
        for key, value in (("dir", str(shared)), ("shared", "group"), ("type", types)):
            project.dvc("config", "--local", f"cache.{key}", value)
        project.dvc("checkout", "--quiet", "--relink", "--force")
    before = {path: (path.stat().st_mode, path.read_bytes()) for path in files(shared)}
    model = md5(released.path / "model.bin")
    rolled_back(clone, "v0.1.0")
    assert same_as(clone, "v0.1.0")
    assert {path: (path.stat().st_mode, path.read_bytes()) for path in files(shared)} == before
    assert md5(released.path / "model.bin") == model
    if types == "copy":
        (clone.path / "model.bin").write_text("mine")
        assert before == {path: (path.stat().st_mode, path.read_bytes()) for path in files(shared)}


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_submodule_beside_the_pipeline_stays_where_it_is(empty: Project, tmp_path: Path) -> None:
    source = Project(tmp_path / "source")
    source.path.mkdir()
    source.git("init", "--quiet")
    source.write("code.py", "1")
    source.commit("1")
    yaml = (
        "stages:\n  train: {cmd: cp in.txt model.bin, deps: [in.txt], outs: [model.bin]}\n"
        "artifacts:\n  m: {path: model.bin}\n"
    )
    empty.git("submodule", "--quiet", "add", str(source.path), "lib")
    step(empty, {"dvc.yaml": yaml, "in.txt": "one"})
    inner = Project(empty.path / "lib")
    inner.write("code.py", "2")
    inner.commit("2")
    step(empty, {"in.txt": "two"})
    roll_back(empty, "HEAD~1")
    assert inner.read("code.py") == "2"
    assert empty.git("rev-parse", "HEAD:lib") == inner.git("rev-parse", "HEAD")
    assert_settled(empty)
