"""Which stages DVC calls changed: those that are asked for, wherever they are written down."""

import pytest

from mlvc.domain.pipeline import defined_in
from mlvc.ops.project import Project as Opened
from tests.project import Project

PIPELINE = """
stages:
  copy:
    foreach: [a.dvc, b]
    do:
      cmd: cp ${item}.in ${item}.out
      deps: ["${item}.in"]
      outs: ["${item}.out"]
"""
STAGES = ("copy@a.dvc", "sub/dvc.yaml:copy@b", "own.bin.dvc")


@pytest.fixture
def many(project: Project) -> Project:
    """A project whose stages are in three files, one with a name that looks like a file's."""
    for folder in ("", "sub/"):
        project.write(f"{folder}dvc.yaml", PIPELINE)
        for item in ("a.dvc", "b"):
            project.write(f"{folder}{item}.in", item)
    project.write("own.bin", "one")
    project.dvc("repro", "--quiet", "--all-pipelines")
    project.dvc("add", "--quiet", "own.bin")
    return project


def test_every_stage_that_changed_is_found_by_its_address(many: Project) -> None:
    store = Opened.find(many.path).store
    assert store.stale(STAGES) == {}
    for path in ("a.dvc.in", "sub/b.in"):
        many.write(path, "changed")
    many.write("own.bin", "changed")
    assert store.stale(STAGES) == {
        "copy@a.dvc": ["a.dvc.in (modified)"],
        "own.bin.dvc": ["own.bin (modified)"],
        "sub/dvc.yaml:copy@b": ["sub/b.in (modified)"],
    }
    assert store.stale(["copy@b"]) == {}


def test_files_of_other_stages_are_not_read(many: Project) -> None:
    many.write("other.dvc", "outs: [")
    many.write("own.bin", "changed")
    assert list(Opened.find(many.path).store.stale(["own.bin.dvc"])) == ["own.bin.dvc"]


@pytest.mark.parametrize(
    ("address", "file"),
    [("train", "dvc.yaml"), ("a/dvc.yaml:train", "a/dvc.yaml"), ("a/b.dvc", "a/b.dvc")],
)
def test_an_address_tells_the_file(address: str, file: str) -> None:
    assert defined_in(address) == file
