"""Folders of a thousand files and more: each object is read once, whatever can be remembered."""

from collections import Counter
from pathlib import Path

import pytest

from mlvc.artifacts.objects import Cache
from mlvc.ops import planting, proving
from mlvc.ops.project import Project as Opened
from mlvc.ops.reading import proof_of
from mlvc.ops.rollback import Request, choose, make_plan, perform
from mlvc.workspace.proofs import SHEET, Proof
from tests.ops.rollback.rows import performed, step
from tests.project import Project

YAML = """\
stages:
  train:
    cmd: python make.py
    deps: [make.py, in.txt]
    outs: [model]
artifacts:
  m: {path: model}
"""
MAKE = f"""\
from pathlib import Path
text = Path("in.txt").read_text()
Path("model").mkdir()
for number in range({SHEET} + 50):
    Path("model", str(number)).write_text(f"{{number}} {{text if number > 20 else ''}}")
"""


@pytest.fixture(scope="session")
def built_many(built_empty: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = built_empty.copy(tmp_path_factory.mktemp("many") / "project")
    project.dvc("config", "cache.type", "hardlink")
    for version, text in (("1.0.0", "one\n"), ("2.0.0", "two\n")):
        step(project, {"dvc.yaml": YAML, "make.py": MAKE, "in.txt": text})
        assert project.mlvc("tag", version).code == 0
    return project


@pytest.fixture
def many(built_many: Project, tmp_path: Path) -> Project:
    """Releases 1.0.0 and 2.0.0, which is current, that have some files in common."""
    return built_many.copy(tmp_path / "project")


@pytest.mark.parametrize("blind", [False, True])
@pytest.mark.parametrize("writable", [False, True])
def test_no_object_is_read_twice(
    many: Project, monkeypatch: pytest.MonkeyPatch, *, blind: bool, writable: bool
) -> None:
    if not writable:
        memo = many.path / ".git/mlvc/memo.sqlite"
        for file in memo.parent.glob("memo.sqlite*"):
            file.unlink()
        memo.mkdir(parents=True)
    monkeypatch.setattr(planting, "_FEW", 100)
    read = Counter[str]()

    def counted(cache: Cache, digest: str, what: str, *, sha256: bool) -> Proof:
        read[digest] += 1
        return proof_of(cache, digest, what, sha256=sha256)

    monkeypatch.setattr(proving, "proof_of", counted)
    opened = Opened.find(many.path)
    if blind:
        opened.memo.forget()
    done = perform(opened, make_plan(opened, request := Request("1.0.0"), choose(opened, request)))
    assert done.commit
    assert many.read("model/50") == "50 one\n"
    assert len(read) > SHEET
    assert set(read.values()) == {1}


def test_what_a_full_verification_leaves_ready_is_not_compared_again(
    many: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    many.dvc("checkout", "--relink", "--quiet")
    # The last one's links to what both have in common change ctimes in the old folder, too.
    for target, *options in (("1.0.0",), ("2.0.0",), ("1.0.0", "--verify=full")):
        assert many.mlvc("rollback", target, *options).code == 0
        if not options:  # so that all is made anew
            (many.path / ".dvc/tmp/mlvc/kept").rename(many.path.parent / f"kept-{target}")
    monkeypatch.setattr(proving, "are_there", None)
    assert performed(many, "2.0.0").commit
    assert many.read("model/50") == "50 two\n"
