"""Rows that a splice gets wrong in silence: the lock goes back, the bytes or the others do not."""

import os

import pytest

from tests.ops.rollback.rows import assert_refused, assert_settled, edit, roll_back, step
from tests.project import Project

ONE = """\
stages:
  train:
    cmd: cp code.txt model.bin
    deps: [code.txt]
    outs: [model.bin]
artifacts:
  model:
    path: model.bin
"""
UNCACHED = ONE.replace("outs: [model.bin]", "outs:\n      - model.bin:\n          cache: false")

APART = """\
stages:
  one:
    cmd: cat raw.txt code1.txt > one.bin
    deps: [raw.txt, code1.txt]
    outs: [one.bin]
  two:
    cmd: cat raw.txt code2.txt > two.bin
    deps: [raw.txt, code2.txt]
    outs: [two.bin]
artifacts:
  one:
    path: one.bin
  two:
    path: two.bin
"""
LATE = APART.replace("raw.txt", "late.txt").replace(
    "stages:\n",
    "stages:\n  late:\n    cmd: cp raw.txt late.txt\n    deps: [raw.txt]\n    outs: [late.txt]\n",
)


def test_a_stage_that_came_since_stays_where_another_model_needs_it(empty: Project) -> None:
    step(empty, {"dvc.yaml": APART, "raw.txt": "a\n", "code1.txt": "1\n", "code2.txt": "2\n"})
    step(empty, {"dvc.yaml": LATE, "code1.txt": "1 b\n", "code2.txt": "2 b\n"})
    roll_back(empty, "HEAD~1", "--model", "one")
    assert (empty.read("one.bin"), empty.read("two.bin")) == ("a\n1\n", "a\n2 b\n")
    assert "  late:\n" in empty.read("dvc.yaml") and empty.read("late.txt") == "a\n"
    assert_settled(empty)


def test_an_uncached_model_that_git_never_had_is_refused(empty: Project) -> None:
    step(empty, {"dvc.yaml": UNCACHED, "code.txt": "one", ".gitignore": "model.bin\n"})
    step(empty, {"code.txt": "two"})
    assert_refused(empty, "HEAD~1", says=("model.bin", "neither has its bytes"))
    assert empty.read("model.bin") == "two"


@pytest.mark.parametrize("scope", ["lineage", "artifact"])
def test_a_model_that_was_never_made_there_is_refused(empty: Project, scope: str) -> None:
    empty.write("dvc.yaml", ONE)
    empty.write("code.txt", "one")
    empty.commit("not run yet")
    step(empty, {"code.txt": "two"})
    assert_refused(empty, "HEAD~1", "--scope", scope, says=("model.bin has never been made",))


def test_an_executable_output_is_executable_again(empty: Project) -> None:
    executable = edit_cmd("cp code.txt model.bin && chmod +x model.bin")
    step(empty, {"dvc.yaml": executable, "code.txt": "one"})
    step(empty, {"dvc.yaml": ONE, "code.txt": "two"})
    roll_back(empty, "HEAD~1")
    assert os.access(empty.path / "model.bin", os.X_OK)
    assert_settled(empty)


def edit_cmd(command: str) -> str:
    return ONE.replace("cp code.txt model.bin", command)


def test_data_that_moved_from_git_to_dvc_since_is_gits_again(empty: Project) -> None:
    step(empty, {"dvc.yaml": ONE, "code.txt": "one"})
    empty.git("rm", "--quiet", "--cached", "code.txt")
    step(empty, {"code.txt": "two"}, "code.txt")
    roll_back(empty, "HEAD~1")
    assert (empty.read("code.txt"), empty.git("ls-files", "code.txt")) == ("one", "code.txt")
    assert not (empty.path / "code.txt.dvc").exists()
    assert_settled(empty)
    roll_back(empty, "HEAD~1")
    assert (empty.read("code.txt"), empty.git("ls-files", "code.txt")) == ("two", "")
    assert_settled(empty)


def test_code_that_git_did_not_have_then_is_not_deleted(empty: Project) -> None:
    two = ONE.replace("[code.txt]", "[code.txt, local.txt]")
    empty.write("local.txt", "the same\n")
    step(empty, {"dvc.yaml": two, "code.txt": "one", ".gitignore": "local.txt\n"})
    step(empty, {"code.txt": "two", ".gitignore": "/model.bin\n"})
    assert empty.git("ls-files", "local.txt") == "local.txt"
    roll_back(empty, "HEAD~1")
    assert empty.read("local.txt") == "the same\n"


def test_a_parameter_file_that_is_code_too_is_refused_where_settings_changed(
    empty: Project,
) -> None:
    pipeline = ONE.replace("code.txt", "params.yaml")
    step(empty, {"dvc.yaml": pipeline, "params.yaml": "rate: 1\nmlvc: {environments: [a]}\n"})
    step(empty, {"params.yaml": "rate: 2\nmlvc: {environments: [b]}\n"})
    assert_refused(empty, "HEAD~1", says=("params.yaml", "mlvc's own settings", "--scope tree"))


def test_line_ends_follow_the_attributes_that_a_tree_brings(empty: Project) -> None:
    empty.write(".gitattributes", "notes.txt text eol=crlf\n")
    (empty.path / "notes.txt").write_bytes(b"one\r\n")
    step(empty, {"dvc.yaml": ONE, "code.txt": "one"})
    step(empty, {".gitattributes": "notes.txt text eol=lf\n", "notes.txt": "two\n"})
    roll_back(empty, "HEAD~1", "--scope", "tree")
    assert (empty.path / "notes.txt").read_bytes() == b"one\r\n"


def test_all_lines_of_an_ignore_file_stay_when_several_outputs_come_and_go(empty: Project) -> None:
    several = ONE.replace("cp code.txt model.bin", "tee model.bin a b < code.txt").replace(
        "[model.bin]", "[model.bin, a, b]"
    )
    other = several.replace("model.bin a b", "model.bin c d").replace("bin, a, b", "bin, c, d")
    step(empty, {"dvc.yaml": several, "code.txt": "one", ".gitignore": "*.tmp\n"})
    step(empty, {"dvc.yaml": other, "code.txt": "two"})
    empty.write(".gitignore", edit(empty, ".gitignore", "/a\n/b\n", ""))
    empty.commit("tidy")
    roll_back(empty, "HEAD~2")
    assert sorted(empty.read(".gitignore").split()) == ["*.tmp", "/a", "/b", "/model.bin"]
    assert_settled(empty)
