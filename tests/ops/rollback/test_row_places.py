"""Pipelines in subfolders, stages that run elsewhere, and a project that is not Git's top."""

from tests.ops.rollback.rows import assert_settled, assert_sound, roll_back, step
from tests.project import Project

SUB = """\
stages:
  train:
    cmd: cat in.txt ../common.txt > model.bin && grep rate params.yaml >> model.bin
    deps: [in.txt, ../common.txt]
    params: [rate]
    outs: [model.bin]
artifacts:
  model: {path: model.bin}
"""
TOP = """\
stages:
  prepare:
    cmd: tr a-z A-Z < raw.txt > clean.txt
    deps: [raw.txt]
    outs: [clean.txt]
artifacts:
  clean: {path: clean.txt}
"""


def sub(number: int, folder: str) -> dict[str, str | None]:
    return {
        f"{folder}/dvc.yaml": SUB,
        f"{folder}/in.txt": f"in{number}\n",
        f"{folder}/params.yaml": f"rate: {number}  # %\nother: {number}\n",
    }


def test_a_model_of_a_subfolder_goes_back_alone(empty: Project) -> None:
    top = {"dvc.yaml": TOP, "raw.txt": "one", "common.txt": "c\n"}
    step(empty, {**top, **sub(1, "north"), **sub(1, "south")})
    step(empty, {"raw.txt": "two", **sub(2, "north"), **sub(2, "south")})
    roll_back(empty, "HEAD~1", "--model", "north=model")
    assert empty.read("north/model.bin") == "in1\nc\nrate: 1  # %\n"
    assert empty.read("north/params.yaml") == "rate: 1  # %\nother: 2\n"
    assert empty.read("south/model.bin") == "in2\nc\nrate: 2  # %\n"
    assert empty.read("clean.txt") == "TWO"
    assert_settled(empty)


ACROSS = """\
stages:
  train:
    cmd: cat ../clean.txt in.txt > model.bin
    deps: [in.txt, ../clean.txt]
    outs: [model.bin]
artifacts:
  model: {path: model.bin}
"""
PREPARE = TOP[: TOP.index("artifacts")]


def test_a_lineage_across_two_pipelines_comes_back_whole(empty: Project) -> None:
    across = {"dvc.yaml": PREPARE, "sub/dvc.yaml": ACROSS}
    step(empty, {**across, "raw.txt": "one ", "sub/in.txt": "in1"})
    changed = ACROSS.replace("cat ../clean.txt in.txt", "cat in.txt ../clean.txt")
    step(empty, {"raw.txt": "two ", "sub/in.txt": "in2", "sub/dvc.yaml": changed})
    roll_back(empty, "HEAD~1", "--model", "sub=model")
    assert empty.read("sub/model.bin") == "ONE in1"
    assert empty.git("diff", "--name-only", "HEAD~2", "HEAD") == ""
    assert_settled(empty)
    assert_settled(empty, "sub/dvc.yaml:train")


def test_a_subfolder_that_was_moved_since_comes_back(empty: Project) -> None:
    step(empty, {"common.txt": "c\n", **sub(1, "north")})
    moved = dict.fromkeys(sub(1, "north")) | {"north/dvc.lock": None}
    (empty.path / "north/model.bin").unlink()
    step(empty, {**moved, **sub(2, "south")})
    done = empty.mlvc("rollback", "HEAD~1", "--model", "north=model")
    assert done.code == 0, done.err
    assert empty.read("north/model.bin") == "in1\nc\nrate: 1  # %\n"
    assert_sound(empty)
    assert_settled(empty)


WDIR = """\
stages:
  train:
    wdir: work
    cmd: cat in.txt ../top.txt > out/model.bin && grep rate params.yaml >> out/model.bin
    deps: [in.txt, ../top.txt]
    params: [rate]
    outs:
      - out/model.bin
      - ../side.txt: {cache: false}
artifacts:
  model: {path: work/out/model.bin}
"""


def test_a_stage_that_runs_in_another_folder_comes_back(empty: Project) -> None:
    yaml = WDIR.replace("&& grep", "&& cp in.txt ../side.txt && grep")
    files = {"work/in.txt": "in1\n", "top.txt": "t1\n", "work/params.yaml": "rate: 1\n"}
    empty.write("work/out/keep", "")
    step(empty, {"dvc.yaml": yaml, **files})
    later = {"work/in.txt": "in2\n", "top.txt": "t2\n", "work/params.yaml": "rate: 2\nx: 1\n"}
    step(empty, later)
    roll_back(empty, "HEAD~1")
    assert empty.read("work/out/model.bin") == "in1\nt1\nrate: 1\n"
    assert empty.read("side.txt") == "in1\n"
    assert empty.read("work/params.yaml") == "rate: 1\nx: 1\n"
    assert_settled(empty)


def test_scope_artifact_finds_the_output_of_a_stage_that_runs_elsewhere(empty: Project) -> None:
    yaml = WDIR.replace("&& grep", "&& cp in.txt ../side.txt && grep")
    files = {"work/in.txt": "in1\n", "top.txt": "t1\n", "work/params.yaml": "rate: 1\n"}
    empty.write("work/out/keep", "")
    step(empty, {"dvc.yaml": yaml, **files})
    step(empty, {"work/in.txt": "in2\n"})
    roll_back_alone(empty)
    assert empty.read("work/out/model.bin") == "in1\nt1\nrate: 1\n"
    assert empty.read("side.txt") == "in2\n"


def roll_back_alone(project: Project) -> None:
    done = project.mlvc("rollback", "HEAD~1", "--scope", "artifact")
    assert done.code == 0, done.err
    assert_sound(project)


def test_a_project_in_a_subfolder_of_the_repository_keeps_to_itself(empty: Project) -> None:
    inner = inside(empty)
    roll_back(inner, "HEAD~1", "--model", "north=model")
    assert inner.read("north/model.bin") == "in1\nc\nrate: 1  # %\n"
    assert empty.read("common.txt") == "not the project's 2\n"
    assert inner.git("show", "--format=", "--name-only", "HEAD").splitlines() == [
        f"inner/north/{name}" for name in ("dvc.lock", "in.txt", "params.yaml")
    ]
    assert_settled(inner)


def test_scope_tree_in_a_subfolder_leaves_the_rest_of_the_repository(empty: Project) -> None:
    inner = inside(empty)
    roll_back(inner, "HEAD~1", "--model", "north=model", "--scope", "tree")
    assert inner.git("diff", "--name-only", "HEAD~2", "HEAD") == "common.txt"
    assert_settled(inner)


def inside(empty: Project) -> Project:
    """A project in the folder `inner`, two steps old, in a repository that is none itself."""
    empty.git("rm", "-r", "--quiet", "--force", "--ignore-unmatch", ".dvc", ".dvcignore")
    inner = Project(empty.path / "inner")
    inner.path.mkdir()
    inner.dvc("init", "--quiet", "--subdir")
    empty.write("common.txt", "not the project's 1\n")
    step(inner, {"common.txt": "c\n", **sub(1, "north")})
    empty.git("add", "--all")
    empty.git("commit", "--quiet", "--amend", "--no-edit")
    empty.write("common.txt", "not the project's 2\n")
    empty.git("add", "--all")
    step(inner, sub(2, "north"))
    return inner
