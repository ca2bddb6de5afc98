"""Pipelines that changed their shape since: stages renamed, added, outputs come and gone."""

import pytest

from tests.ops.rollback.rows import assert_refused, assert_settled, edit, roll_back, step
from tests.project import Project

BASE = """\
stages:
  train:
    cmd: cat in.txt > model.bin
    deps: [in.txt]
    outs:
      - model.bin
  score:
    cmd: wc -c < model.bin > score.json
    deps: [model.bin]
    metrics:
      - score.json: {cache: false}
artifacts:
  m: {path: model.bin}
"""


def test_a_stage_renamed_since_gets_its_name_back(empty: Project) -> None:
    step(empty, {"dvc.yaml": BASE, "in.txt": "one"})
    step(empty, {"dvc.yaml": edit(empty, "dvc.yaml", "  train:", "  fit:"), "in.txt": "two"})
    done = roll_back(empty, "HEAD~1")
    assert "stage fit came later and is dropped" in done.out
    assert empty.read("model.bin") == "one"
    assert empty.git("diff", "--name-only", "HEAD~2", "HEAD") == ""
    assert_settled(empty)


ADDED = """\
  prepare:
    cmd: cp raw.txt in.txt
    deps: [raw.txt]
    outs: [in.txt]
  report:
    cmd: cp score.json report.txt
    deps: [score.json]
    outs: [report.txt]
artifacts:
"""


def test_stages_added_since_go_with_their_outputs(empty: Project) -> None:
    step(empty, {"dvc.yaml": BASE, "in.txt": "one"})
    empty.git("rm", "--quiet", "in.txt")
    yaml = BASE.replace("artifacts:\n", ADDED)
    step(empty, {"dvc.yaml": yaml, "raw.txt": "two"})
    plan = empty.mlvc("rollback", "HEAD~1", "--dry-run")
    done = roll_back(empty, "HEAD~1")
    for stage in ("prepare", "report"):
        assert f"stage {stage} came later and is dropped" in plan.out + done.out
    assert empty.read("in.txt") == "one"
    assert not (empty.path / "report.txt").exists()
    assert empty.read("raw.txt") == "two"
    assert_settled(empty)


def test_an_output_added_since_goes_and_one_gone_returns(empty: Project) -> None:
    then = BASE.replace("- model.bin\n", "- model.bin\n      - old/side.txt\n", 1)
    then = then.replace("> model.bin", "> model.bin && mkdir -p old && cp in.txt old/side.txt")
    step(empty, {"dvc.yaml": then, "in.txt": "one"})
    now = then.replace("old/side", "new/side").replace("mkdir -p old", "mkdir -p new")
    (empty.path / "old/side.txt").unlink()
    step(empty, {"dvc.yaml": now, "in.txt": "two", "old/.gitignore": None})
    roll_back(empty, "HEAD~1")
    assert empty.read("old/side.txt") == "one"
    assert empty.git("check-ignore", "old/side.txt") == "old/side.txt"
    assert not (empty.path / "new/side.txt").exists()
    assert not (empty.path / "new/.gitignore").exists()
    assert_settled(empty)


def test_a_model_whose_path_changed_goes_back_to_its_path(empty: Project) -> None:
    step(empty, {"dvc.yaml": BASE, "in.txt": "one"})
    moved = BASE.replace("model.bin", "deep/model.bin").replace("cat in", "mkdir -p deep && cat in")
    (empty.path / "model.bin").unlink()
    step(empty, {"dvc.yaml": moved, "in.txt": "two"})
    roll_back(empty, "HEAD~1")
    assert empty.read("model.bin") == "one"
    assert not (empty.path / "deep/model.bin").exists()
    assert "deep" not in empty.read("dvc.yaml")
    assert_settled(empty)
    done = empty.mlvc("rollback", "HEAD~1", "--scope", "artifact")
    assert done.code == 1 and "--scope lineage" in done.err


CODE = """\
stages:
  train:
    cmd: cat code/*.py > model.bin
    deps: [code]
    outs: [model.bin]
  other:
    cmd: cat code/shared.py > other.bin
    deps: [code/shared.py]
    outs: [other.bin]
artifacts:
  m: {path: model.bin}
  o: {path: other.bin}
"""


def test_a_code_folder_comes_back_whole_and_what_was_added_goes(empty: Project) -> None:
    code = {"code/a.py": "a1\n", "code/gone.py": "g1\n", "code/shared.py": "s\n"}
    step(empty, {"dvc.yaml": CODE, **code})
    step(empty, {"code/a.py": "a2\n", "code/gone.py": None, "code/deep/new.py": "n2\n"})
    roll_back(empty, "HEAD~1", "--model", "m")
    assert empty.read("model.bin") == "a1\ng1\ns\n"
    assert sorted(p.name for p in (empty.path / "code").rglob("*.py")) == [
        "a.py",
        "gone.py",
        "shared.py",
    ]
    assert_settled(empty)


def test_a_code_folder_of_which_another_model_reads_a_part_is_refused(empty: Project) -> None:
    step(empty, {"dvc.yaml": CODE, "code/a.py": "a1\n", "code/shared.py": "s1\n"})
    step(empty, {"code/shared.py": "s2\n"})
    assert_refused(empty, "HEAD~1", "--model", "m", says=("model o", "other", "--with-models o"))
    roll_back(empty, "HEAD~1", "--model", "m", "--with-models", "o")
    assert empty.read("other.bin") == "s1\n"
    assert_settled(empty)


FLAGS = """\
stages:
  prepare:
    cmd: cp raw.txt in.txt
    deps: [raw.txt]
    outs: [in.txt]
    frozen: true
  train:
    cmd: cat in.txt >> model.bin
    deps: [in.txt]
    outs:
      - model.bin:
          persist: true
  score:
    cmd: wc -c < model.bin > score.json
    deps: [model.bin]
    always_changed: true
    outs: [score.json]
artifacts:
  m: {path: model.bin}
"""


def test_frozen_persistent_and_always_changed_stages_come_back_and_are_named(
    empty: Project,
) -> None:
    thawed = FLAGS.replace("    frozen: true\n", "")
    step(empty, {"dvc.yaml": thawed, "raw.txt": "one"})
    step(empty, {"dvc.yaml": FLAGS})
    step(empty, {"dvc.yaml": thawed, "raw.txt": "two"})
    done = roll_back(empty, "HEAD~1")
    assert "stage score always runs" in done.out
    assert "stage prepare is frozen and stays so" in done.out
    assert empty.read("model.bin") == "one"
    assert "frozen: true" in empty.read("dvc.yaml")
    assert "score" in empty.dvc("status")
    assert_settled(empty, "prepare", "train")


def test_a_commented_gitignore_of_the_user_s_is_kept(empty: Project) -> None:
    step(empty, {"dvc.yaml": BASE, "in.txt": "one"})
    empty.write(".gitignore", "# mine\n*.log\n/model.bin\n")
    moved = BASE.replace("model.bin", "fresh.bin")
    (empty.path / "model.bin").unlink()
    step(empty, {"dvc.yaml": moved, "in.txt": "two"})
    roll_back(empty, "HEAD~1")
    assert empty.read(".gitignore").splitlines()[:2] == ["# mine", "*.log"]
    assert empty.git("check-ignore", "model.bin") == "model.bin"
    assert empty.git("check-ignore", "fresh.bin", check=False) == ""
    assert_settled(empty)


@pytest.mark.parametrize("name", ["m[1].bin", "a*b?.bin", "!m#.bin"])
def test_a_name_that_is_a_pattern_too_is_ignored_as_dvc_ignores_it(
    empty: Project, name: str
) -> None:
    named = BASE.replace("model.bin", f"'{name}'")
    step(empty, {"dvc.yaml": named, "in.txt": "one"})
    ignored = empty.read(".gitignore")
    assert "\\" in ignored
    (empty.path / name).unlink()
    step(empty, {"dvc.yaml": BASE, "in.txt": "two", ".gitignore": "/model.bin\n"})
    roll_back(empty, "HEAD~1")
    assert empty.read(".gitignore") == ignored
    assert empty.git("check-ignore", "--", name)
    roll_back(empty, "HEAD~1")
    assert empty.read(".gitignore") == "/model.bin\n"
    assert_settled(empty)
