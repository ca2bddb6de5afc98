"""Models that are no cached output of a stage, and models that are folders."""

import pytest

from tests.ops.rollback.rows import assert_settled, assert_sound, roll_back, step
from tests.project import Project

SCORED = """\
stages:
  score:
    cmd: cat model.bin rows.txt > scores.json
    deps: [model.bin, rows.txt]
    metrics:
      - scores.json: {cache: false}
artifacts:
  m: {path: model.bin}
"""
UNSCORED = "artifacts:\n  m: {path: model.bin}\n"


def added(empty: Project, yaml: str) -> Project:
    step(empty, {"dvc.yaml": yaml, "rows.txt": "r1", "model.bin": "m1 "}, "model.bin")
    step(empty, {"rows.txt": "r2", "model.bin": "m2 "}, "model.bin")
    return empty


def test_an_added_model_comes_back_with_its_evaluation(empty: Project) -> None:
    project = added(empty, SCORED)
    roll_back(project, "HEAD~1")
    assert project.read("model.bin") == "m1 "
    assert project.read("scores.json") == "m1 r1"
    assert_settled(project)


def test_an_added_model_comes_back_without_an_evaluation(empty: Project) -> None:
    project = added(empty, UNSCORED)
    roll_back(project, "HEAD~1")
    assert project.read("model.bin") == "m1 "
    assert project.read("rows.txt") == "r2"
    assert_settled(project)


def test_scope_artifact_takes_an_added_model_alone(empty: Project) -> None:
    project = added(empty, SCORED)
    roll_back_artifact(project)
    assert project.read("model.bin") == "m1 "
    assert project.read("scores.json") == "m2 r2"
    assert project.git("show", "--format=", "--name-only", "HEAD") == "model.bin.dvc"
    assert_settled(project, "model.bin.dvc")


def roll_back_artifact(project: Project) -> None:
    done = project.mlvc("rollback", "HEAD~1", "--scope", "artifact")
    assert done.code == 0, done.err
    assert_sound(project)


def test_an_added_folder_comes_back(empty: Project) -> None:
    yaml = UNSCORED.replace("model.bin", "model")
    step(empty, {"dvc.yaml": yaml, "model/a": "1", "model/deep/b": "1"}, "model")
    step(empty, {"model/a": "2", "model/deep/b": None, "model/c": "2"}, "model")
    roll_back(empty, "HEAD~1")
    assert files(empty, "model") == {"a": "1", "deep/b": "1"}
    assert_settled(empty)


def files(project: Project, folder: str) -> dict[str, str]:
    root = project.path / folder
    found = sorted(p for p in root.rglob("*") if p.is_file())
    return {str(p.relative_to(root)): p.read_text() for p in found}


UNCACHED = """\
stages:
  train:
    cmd: cp in.txt model.bin && mkdir -p extra && cp in.txt extra/$(cat in.txt)
    deps: [in.txt]
    outs:
      - model.bin: {cache: false}
      - extra: {cache: false}
artifacts:
  m: {path: model.bin}
"""


def test_outputs_that_git_tracks_come_back_from_git(empty: Project) -> None:
    step(empty, {"dvc.yaml": UNCACHED, "in.txt": "one"})
    step(empty, {"in.txt": "two"})
    roll_back(empty, "HEAD~1")
    assert empty.read("model.bin") == "one"
    assert files(empty, "extra") == {"one": "one"}
    assert_settled(empty)


def test_scope_artifact_takes_an_uncached_model_alone(empty: Project) -> None:
    step(empty, {"dvc.yaml": UNCACHED, "in.txt": "one"})
    step(empty, {"in.txt": "two"})
    roll_back_artifact(empty)
    assert empty.read("model.bin") == "one"
    assert empty.read("in.txt") == "two"
    assert empty.git("show", "--format=", "--name-only", "HEAD") == "dvc.lock\nmodel.bin"


def test_a_model_that_moved_from_dvc_to_git_goes_back_to_dvc(empty: Project) -> None:
    cached = UNCACHED.replace("model.bin: {cache: false}", "model.bin")
    step(empty, {"dvc.yaml": cached, "in.txt": "one"})
    empty.git("rm", "--quiet", ".gitignore")
    step(empty, {"dvc.yaml": UNCACHED, "in.txt": "two"})
    roll_back(empty, "HEAD~1")
    assert empty.read("model.bin") == "one"
    assert empty.git("ls-files", "model.bin") == ""
    assert empty.git("check-ignore", "model.bin") == "model.bin"
    assert_settled(empty)


def test_a_model_that_moved_from_git_to_dvc_goes_back_to_git(empty: Project) -> None:
    step(empty, {"dvc.yaml": UNCACHED, "in.txt": "one"})
    cached = UNCACHED.replace("model.bin: {cache: false}", "model.bin")
    empty.git("rm", "--quiet", "--cached", "model.bin")
    step(empty, {"dvc.yaml": cached, "in.txt": "two"})
    roll_back(empty, "HEAD~1")
    assert empty.read("model.bin") == "one"
    assert empty.git("ls-files", "model.bin") == "model.bin"
    assert_settled(empty)


TRACKED = """\
stages:
  score:
    cmd: find weights -type f | sort | xargs cat > scores.json
    deps: [weights]
    metrics:
      - scores.json: {cache: false}
artifacts:
  m: {path: weights}
"""


def tracked(empty: Project, yaml: str) -> Project:
    step(empty, {"dvc.yaml": yaml, "weights/a": "1", "weights/b": "1"})
    step(empty, {"weights/a": "2", "weights/b": None, "weights/c": "2"})
    return empty


def test_a_model_folder_in_git_comes_back_with_its_evaluation(empty: Project) -> None:
    project = tracked(empty, TRACKED)
    roll_back(project, "HEAD~1")
    assert files(project, "weights") == {"a": "1", "b": "1"}
    assert project.read("scores.json") == "11"
    assert_settled(project)


def test_scope_artifact_takes_a_model_folder_in_git_alone(empty: Project) -> None:
    project = tracked(empty, TRACKED)
    roll_back_artifact(project)
    assert files(project, "weights") == {"a": "1", "b": "1"}
    assert project.read("scores.json") == "22"


def test_a_model_file_in_git_needs_no_stage(empty: Project) -> None:
    step(empty, {"dvc.yaml": "artifacts:\n  m: {path: weights/a}\n", "weights/a": "1"})
    step(empty, {"weights/a": "2", "weights/b": "2"})
    roll_back(empty, "HEAD~1")
    assert files(empty, "weights") == {"a": "1", "b": "2"}


FOLDER = """\
stages:
  train:
    cmd: mkdir -p model/deep && cp in.txt model/all && cp in.txt model/deep/$(cat in.txt)
    deps: [in.txt]
    outs: [model]
artifacts:
  m: {path: model}
"""


@pytest.mark.parametrize("scope", ["lineage", "artifact", "tree"])
def test_a_model_folder_loses_and_regains_its_files(empty: Project, scope: str) -> None:
    step(empty, {"dvc.yaml": FOLDER, "in.txt": "one"})
    step(empty, {"in.txt": "two"})
    assert files(empty, "model") == {"all": "two", "deep/two": "two"}
    done = empty.mlvc("rollback", "HEAD~1", "--scope", scope)
    assert done.code == 0, done.err
    assert files(empty, "model") == {"all": "one", "deep/one": "one"}
    assert_sound(empty)
    if scope != "artifact":
        assert_settled(empty)


def test_a_model_that_became_a_folder_is_a_file_again(empty: Project) -> None:
    file = (
        FOLDER[: FOLDER.index("mkdir")] + "cp in.txt model" + FOLDER[FOLDER.index("\n    deps") :]
    )
    step(empty, {"dvc.yaml": file, "in.txt": "one"})
    step(empty, {"dvc.yaml": FOLDER, "in.txt": "two"})
    roll_back(empty, "HEAD~1")
    assert empty.read("model") == "one"
    assert_settled(empty)
    roll_back(empty, "HEAD~1")
    assert files(empty, "model") == {"all": "two", "deep/two": "two"}
    assert_settled(empty)
