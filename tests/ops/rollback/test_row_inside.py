"""Models inside a folder output: the folder goes back, unless other models share it."""

import pytest

from tests.ops.rollback.rows import assert_refused, assert_settled, assert_sound, roll_back, step
from tests.project import Project

YAML = """\
stages:
  train:
    cmd: mkdir -p out/deep && cp in.txt out/model.bin && cp in.txt out/deep/$(cat in.txt)
    deps: [in.txt]
    outs: [out]
artifacts:
  m: {path: out/model.bin}
"""


def two(project: Project, yaml: str) -> Project:
    step(project, {"dvc.yaml": yaml, "in.txt": "one"})
    step(project, {"in.txt": "two"})
    return project


def test_a_model_inside_a_folder_output_goes_back_with_its_folder(empty: Project) -> None:
    roll_back(two(empty, YAML), "HEAD~1")
    assert empty.read("out/model.bin") == empty.read("out/deep/one") == "one"
    assert not (empty.path / "out/deep/two").exists()
    assert_settled(empty)


def test_scope_artifact_takes_the_folder_of_a_model(empty: Project) -> None:
    two(empty, YAML)
    done = empty.mlvc("rollback", "HEAD~1", "--scope", "artifact")
    assert done.code == 0, done.err
    assert empty.read("out/model.bin") == "one" and empty.read("in.txt") == "two"
    assert empty.git("show", "--format=", "--name-only", "HEAD") == "dvc.lock"
    assert_sound(empty)


@pytest.mark.parametrize("scope", ["lineage", "artifact"])
def test_a_folder_that_models_share_is_refused(empty: Project, scope: str) -> None:
    two(empty, YAML + "  d: {path: out/deep}\n")
    args = ("--model", "m", "--scope", scope)
    says = ("folder output out", "so does d", "--with-models d", "--scope tree")
    assert_refused(empty, "HEAD~1", *args, says=says)


@pytest.mark.parametrize("args", [("--with-models", "d"), ("--scope", "tree")])
def test_models_that_share_a_folder_go_back_together(empty: Project, args: tuple[str, ...]) -> None:
    two(empty, YAML + "  d: {path: out/deep}\n")
    roll_back(empty, "HEAD~1", "--model", "m", *args)
    assert empty.read("out/model.bin") == empty.read("out/deep/one") == "one"
    assert_settled(empty)


@pytest.mark.parametrize("path", ["out/model.bin", "out/deep"])
def test_a_release_inside_a_folder_is_checked_by_its_own_digest(empty: Project, path: str) -> None:
    step(empty, {"dvc.yaml": YAML.replace("{path: out/model.bin}", f"{{path: {path}}}"),
                 "in.txt": "one"})  # fmt: skip
    assert empty.mlvc("tag", "0.1.0").code == 0
    step(empty, {"in.txt": "two"})
    empty.git("tag", "kept", "m@v0.1.0")
    forge(empty)
    done = assert_refused(empty, "v0.1.0", says=(path, "is not what was released"))
    assert done.code == 14
    empty.git("update-ref", "refs/tags/m@v0.1.0", empty.git("rev-parse", "refs/tags/kept"))
    roll_back(empty, "v0.1.0")
    assert empty.read("out/model.bin") == "one"


def forge(project: Project) -> None:
    """Give release 0.1.0 another `Model-Digest`."""
    message = project.git("cat-file", "-p", "refs/tags/m@v0.1.0").split("\n\n", 1)[1]
    told = next(line for line in message.splitlines() if line.startswith("Model-Digest: "))
    message = message.replace(told, f"Model-Digest: sha256:{'0' * 64}")
    commit = project.git("rev-parse", "m@v0.1.0^{commit}")
    project.git("tag", "-f", "-a", "--cleanup=verbatim", "-m", message, "m@v0.1.0", commit)
