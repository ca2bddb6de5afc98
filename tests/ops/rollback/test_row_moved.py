"""Folders that moved between Git and DVC since, and what is left of folders."""

from tests.ops.rollback.rows import assert_settled, roll_back, step
from tests.project import Project

YAML = """\
stages:
  train:
    cmd: cat data/a data/b/* > model.bin
    deps: [data]
    outs: [model.bin]
artifacts:
  m: {path: model.bin}
"""
FIRST = {"data/a": "a1\n", "data/b/c": "c1\n", "data/b/d": "d1\n"}


def in_git(project: Project) -> list[str]:
    return project.git("ls-files", "data").splitlines()


def test_a_folder_that_dvc_tracks_since_is_gits_again(empty: Project) -> None:
    step(empty, {"dvc.yaml": YAML, **FIRST})
    empty.git("rm", "-r", "--quiet", "--cached", "data")
    step(empty, {"data/a": "a2\n", "data/b/d": None, "data/b/e": "e2\n"}, "data")
    roll_back(empty, "HEAD~1")
    assert in_git(empty) == ["data/a", "data/b/c", "data/b/d"]
    assert empty.read("model.bin") == "a1\nc1\nd1\n"
    assert not (empty.path / "data/b/e").exists() and not (empty.path / "data.dvc").exists()
    assert_settled(empty)
    roll_back(empty, "HEAD~1")
    assert in_git(empty) == [] and empty.read("model.bin") == "a2\nc1\ne2\n"
    assert_settled(empty)


def test_a_folder_that_git_tracks_since_is_dvcs_again(empty: Project) -> None:
    step(empty, {"dvc.yaml": YAML, **FIRST}, "data")
    empty.dvc("remove", "--quiet", "data.dvc")
    empty.dvc("unprotect", "data", check=False)
    step(empty, {"data/a": "a2\n", "data/b/d": None, "data/b/e": "e2\n"})
    assert in_git(empty) == ["data/a", "data/b/c", "data/b/e"]
    roll_back(empty, "HEAD~1")
    assert in_git(empty) == [] and (empty.path / "data.dvc").exists()
    assert empty.read("model.bin") == "a1\nc1\nd1\n"
    assert not (empty.path / "data/b/e").exists()
    assert_settled(empty)


def test_a_folder_output_that_became_uncached_is_dvcs_again(empty: Project) -> None:
    made = YAML.replace("cat data/a data/b/* > model.bin", "mkdir -p out && cp -r data/. out")
    made = made.replace("[model.bin]", "[out]").replace("model.bin", "out")
    step(empty, {"dvc.yaml": made, **FIRST})
    empty.git("rm", "--quiet", "--cached", ".gitignore")
    later = made.replace("outs: [out]", "outs:\n    - out: {cache: false}")
    step(empty, {".gitignore": None, "dvc.yaml": later, "data/a": "a2\n", "data/new": "n\n"})
    assert "out/new" in empty.git("ls-files", "out")
    roll_back(empty, "HEAD~1")
    assert empty.git("ls-files", "out") == ""
    assert empty.read("out/a") == "a1\n" and not (empty.path / "out/new").exists()
    assert_settled(empty)
    roll_back(empty, "HEAD~1")
    assert empty.read("out/new") == "n\n" and "out/new" in empty.git("ls-files", "out")
    assert_settled(empty)


def test_folders_that_became_empty_go_as_with_git(empty: Project) -> None:
    step(empty, {"dvc.yaml": YAML, **FIRST})
    deep = YAML.replace("[model.bin]", "[model.bin, late/deep/side.bin]")
    deep = deep.replace("> model.bin", "> model.bin && cp model.bin late/deep/side.bin")
    (empty.path / "late/deep").mkdir(parents=True)
    more = {"data/new/deeper/x": "x\n", "data/kept/y": "y\n"}
    step(empty, {"dvc.yaml": deep, "data/a": "a2\n", **more})
    empty.write("data/kept/mine.tmp", "mine\n")
    empty.write(".git/info/exclude", "*.tmp\n")
    empty.dvc("repro", "--quiet")
    empty.git("commit", "--quiet", "--all", "--amend", "--no-edit")
    done = empty.mlvc("rollback", "HEAD~1")
    assert done.code == 0, done.err
    assert not (empty.path / "data/new").exists()
    assert not (empty.path / "late").exists()
    assert empty.read("data/kept/mine.tmp") == "mine\n"
    assert empty.git("status", "--porcelain") == ""
