"""YAML anchors, aliases and merge keys, one inside the other, and what a splice makes of them."""

from tests.ops.rollback.rows import assert_settled, edit, roll_back, step
from tests.project import Project

YAML = """\
common: &common
  inner: &inner [code.txt]
  desc: &desc of one kind  # a comment

stages:
  a:
    desc: *desc
    cmd: cat code.txt a.txt > a.bin
    deps: [code.txt, a.txt]
    outs: &outs [a.bin]
  b:
    desc: *desc
    cmd: cat b.txt > b.bin
    deps:
    - b.txt
    outs: [b.bin]
artifacts:
  a: {path: a.bin}
  b: {path: b.bin}
"""
ANCHORED = """\
stages:
  a: &first
    cmd: cat code.txt > a.bin
    deps: &deps
    - &code code.txt
    outs: [a.bin]
    meta: &meta {owner: &owner one}
  b:
    <<: *first
    cmd: cat code.txt b.txt > b.bin
    deps:
    - *code
    - b.txt
    outs: [b.bin]
    meta: {owner: *owner, more: *meta}
artifacts:
  a: {path: a.bin}
  b: {path: b.bin}
"""


def test_a_model_whose_stage_holds_anchors_of_another_goes_back_alone(empty: Project) -> None:
    files = {"code.txt": "c\n", "a.txt": "a\n", "b.txt": "b1\n"}
    step(empty, {"dvc.yaml": ANCHORED, **files})
    step(empty, {"dvc.yaml": edit(empty, "dvc.yaml", "cat code.txt b.txt", "cat b.txt code.txt"),
                 "b.txt": "b2\n"})  # fmt: skip
    roll_back(empty, "HEAD~1", "--model", "b")
    assert empty.read("b.bin") == "c\nb1\n"
    assert empty.read("dvc.yaml") == ANCHORED
    assert_settled(empty)


def test_a_stage_with_anchors_that_others_use_goes_back_or_is_refused(empty: Project) -> None:
    files = {"code.txt": "c\n", "a.txt": "a\n", "b.txt": "b1\n"}
    step(empty, {"dvc.yaml": ANCHORED, **files})
    changed = edit(empty, "dvc.yaml", "cat code.txt > a.bin", "tac code.txt > a.bin")
    step(empty, {"dvc.yaml": changed.replace("cat code.txt b.txt", "cat b.txt code.txt")})
    b = empty.read("b.bin")
    roll_back(empty, "HEAD~1", "--model", "a")
    assert "    cmd: cat code.txt > a.bin" in empty.read("dvc.yaml")
    assert "cat b.txt code.txt" in empty.read("dvc.yaml")
    assert (empty.read("a.bin"), empty.read("b.bin")) == ("c\n", b)
    assert_settled(empty)


def test_anchors_in_parameters_survive(empty: Project) -> None:
    yaml = (
        "stages:\n  a:\n    cmd: grep -A9 one params.yaml > a.bin\n    params: [one]\n"
        "    outs: [a.bin]\nartifacts:\n  a: {path: a.bin}\n"
    )
    params = "base: &base\n  deep: &deep {x: 1}\n  rate: 1\none:\n  <<: *base\n  own: *deep\n"
    step(empty, {"dvc.yaml": yaml, "params.yaml": params})
    step(empty, {"params.yaml": params.replace("own: *deep", "own: {x: 3}")})
    roll_back(empty, "HEAD~1")
    assert_settled(empty)
