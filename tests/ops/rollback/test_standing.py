"""What `dvc repro` would run, after a rollback and before a tag, as far as it is plain."""

import os
from contextlib import suppress

import pytest

from mlvc.artifacts.store import Store
from mlvc.errors import MlvcError
from mlvc.ops.project import Project as Opened
from mlvc.ops.tagging import Wanted, tag
from tests.ops.rollback.conftest import retrain
from tests.ops.rollback.rows import performed
from tests.project import Project


class Asked(Exception):  # noqa: N818 - no error, a sign
    """DVC was asked."""


@pytest.fixture
def unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """DVC cannot be asked for a status."""

    def stale(*_: object) -> None:
        raise Asked

    monkeypatch.setattr(Store, "stale", stale)


@pytest.mark.usefixtures("unasked")
def test_a_release_that_is_plainly_up_to_date_needs_no_answer_of_dvc(released: Project) -> None:
    assert performed(released, "v0.1.0").stale == ()
    assert "up to date" in released.dvc("status")


@pytest.mark.usefixtures("unasked")
@pytest.mark.parametrize("model", ["small", "large", "linked"])
def test_what_was_just_trained_is_released_without_a_status_of_dvc(
    released: Project, model: str
) -> None:
    if model == "linked":
        released.dvc("config", "--quiet", "cache.type", "hardlink")
    if model == "large":
        enlarge(released)
    retrain(released, "weight: 2.0", "weight: 3.0")
    assert tag(Opened.find(released.path), Wanted()).release.name == "model@v0.4.0"


def enlarge(project: Project) -> None:
    """Have a model of 2 MiB: what DVC notes of it is believed."""
    code = project.read("train.py")
    project.write("train.py", f'{code}\nopen("model.bin", "a").write("x" * (2 << 20))\n')


@pytest.mark.parametrize("size", ["small", "large"])
def test_a_model_that_was_written_to_since_is_not_released(released: Project, size: str) -> None:
    if size == "large":
        enlarge(released)
    retrain(released, "weight: 2.0", "weight: 3.0")
    with (released.path / "model.bin").open("r+b") as model:
        model.write(b"#")
    with pytest.raises(MlvcError, match=r": model.bin \(modified\)"):
        tag(Opened.find(released.path), Wanted())


@pytest.mark.parametrize(
    "what", ["parameter of a command", "unseen", "ignored", "ignored by both", "running"]
)
def test_dvc_is_asked_before_a_tag_where_the_workspace_defines_other_stages(
    released: Project, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = released.read("dvc.yaml").replace("python train.py", "python train.py ${mode}", 1)
    released.write("dvc.yaml", f"vars: [vars.yaml]\n{pipeline}")
    released.write("vars.yaml", "mode: fast\n")
    retrain(released, "weight: 2.0", "weight: 3.0")
    if what in ("parameter of a command", "unseen"):
        if what == "unseen":
            released.git("update-index", "--skip-worktree", "vars.yaml")
        released.write("vars.yaml", "mode: slow\n")
    elif what == "running":
        released.write(".dvc/tmp/rwlock", '{"x": {"read": [{"pid": 1, "cmd": "dvc repro"}]}}')
    else:
        released.write(".dvcignore", "*.tmp\n")
        if what == "ignored by both":
            released.git("rm", "--quiet", "--cached", ".dvcignore")
            released.write(".gitignore", released.read(".gitignore") + ".dvcignore\n")
            released.commit("Ignored")
    asked: list[bool] = []

    def stale(*_: object) -> dict[str, list[str]]:
        asked.append(True)
        return {}

    monkeypatch.setattr(Store, "stale", stale)
    with suppress(MlvcError):
        tag(Opened.find(released.path), Wanted())
    assert asked


@pytest.mark.usefixtures("unasked")
@pytest.mark.parametrize("what", ["ignored", "folder of code", "large file"])
def test_dvc_is_asked_where_only_it_knows(released: Project, what: str) -> None:
    if what == "ignored":
        released.write(".dvcignore", "*.tmp\n")
    elif what == "folder of code":
        released.write("lib/code.py", "x = 1\n")
        depend(released, "lib")
    else:
        released.write("large.csv", "x" * (2 << 20))
        depend(released, "large.csv")
    retrain(released, "weight: 2.0", "weight: 3.0")
    target = released.git("rev-parse", "HEAD")
    retrain(released, "weight: 3.0", "weight: 4.0")
    if what == "large file":
        os.utime(released.path / "large.csv", ns=(0, 0))  # what DVC noted of it holds no more
    with pytest.raises(Asked):
        performed(released, target)


def depend(project: Project, path: str) -> None:
    """Let the stage that trains read this too."""
    pipeline = project.read("dvc.yaml")
    assert pipeline.count("      - train.py\n") == 1
    project.write("dvc.yaml", pipeline.replace("- train.py\n", f"- train.py\n      - {path}\n"))


@pytest.mark.parametrize("what", ["code", "command", "parameter", "output in Git"])
def test_what_disagreed_with_its_lock_at_the_target_is_named(released: Project, what: str) -> None:
    if what == "code":
        released.write("train.py", released.read("train.py") + "# changed, but not run\n")
    elif what == "command":
        pipeline = released.read("dvc.yaml").replace("python train.py", "python -B train.py")
        released.write("dvc.yaml", pipeline)
    elif what == "parameter":
        released.set_param("bias: 0.7", "bias: 0.9")
    else:
        released.write("signature.json", "{}")
    target = released.commit("Not run")
    retrain(released, "weight: 2.0", "weight: 3.0")
    stale = performed(released, target).stale
    assert [one.partition(":")[0] for one in stale] == ["train"]
    assert "train:" in released.dvc("status")
