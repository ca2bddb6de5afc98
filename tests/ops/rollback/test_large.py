"""Large files that are copied: read once, proven as they are, and live only if they prove right."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from mlvc.artifacts.objects import Cache
from mlvc.ops import proving, reading
from mlvc.ops.following import untouched
from mlvc.ops.project import Project as Opened
from mlvc.ops.rollback import live
from mlvc.workspace import copying
from mlvc.workspace.copying import copy_hashing
from mlvc.workspace.hashing import Hash
from tests.ops.rollback.rows import assert_settled, performed, roll_back, step
from tests.ops.rollback.states import assert_nothing_left, cached, visible
from tests.project import Project

YAML = """\
stages:
  train:
    cmd: python make.py
    deps: [make.py, in.txt]
    outs: [model, table]
artifacts:
  m: {path: model}
"""
MAKE = """\
from pathlib import Path
text = Path("in.txt").read_text()
Path("model").write_text(text * 600_000)
Path("table").write_text("table of " + text * 600_000)
"""


@pytest.fixture(scope="session")
def built_large(built_empty: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = built_empty.copy(tmp_path_factory.mktemp("large") / "project")
    project.dvc("config", "cache.type", "copy")
    step(project, {"dvc.yaml": YAML, "make.py": MAKE, "in.txt": "one\n"})
    assert project.mlvc("tag", "1.0.0").code == 0
    step(project, {"in.txt": "two\n"})
    assert project.mlvc("tag", "2.0.0").code == 0
    return project


@pytest.fixture
def large(built_large: Project, tmp_path: Path) -> Project:
    """Releases 1.0.0 and 2.0.0, which is current, of a file, with a table; each 2 MiB and more."""
    return built_large.copy(tmp_path / "project")


def object_of(project: Project, name: str, release: str) -> Path:
    """The object of an output that a release's lock names."""
    lock = project.git("show", f"m@v{release}:dvc.lock")
    digest = lock[lock.index(f"path: {name}") :].partition("md5: ")[2].split()[0]
    return project.path / ".dvc/cache/files/md5" / digest[:2] / digest[2:]


@pytest.mark.parametrize("verify", ["changed", "full"])
def test_what_is_copied_is_proven(large: Project, verify: str) -> None:
    roll_back(large, "1.0.0", f"--verify={verify}")
    assert large.read("model") == "one\n" * 600_000
    assert_settled(large)
    names = {name: digest_of(large, name) for name in ("model", "table")}
    proofs = untouched(Opened.find(large.path).prover, names.values())
    # Of the model only the release's SHA-256 was computed: nothing is claimed of its name.
    assert proofs.keys() == {names["table"]}
    sha256 = hashlib.sha256((large.path / "table").read_bytes()).hexdigest()
    assert proofs[names["table"]].sha256 == sha256


@pytest.mark.parametrize("model", ["model", "table"])
def test_two_outputs_of_one_content_are_both_restored(large: Project, model: str) -> None:
    same = 'Path("model").write_text(text)\nPath("table").write_text(text)\n'
    make = f'from pathlib import Path\ntext = Path("in.txt").read_text() * 600_000\n{same}'
    named = YAML.replace("path: model", f"path: {model}")
    step(large, {"dvc.yaml": named, "make.py": make, "in.txt": "three\n"})
    assert large.mlvc("tag", "3.0.0").code == 0
    step(large, {"in.txt": "four\n"})
    assert large.mlvc("tag", "4.0.0").code == 0
    roll_back(large, "3.0.0", "--verify=full")
    assert large.read("model") == large.read("table") == "three\n" * 600_000
    assert not (large.path / "model").samefile(large.path / "table")
    assert_settled(large)


def digest_of(project: Project, name: str) -> str:
    file = cached(project, project.path / name)
    return f"md5:{file.parent.name}{file.name}"


@pytest.mark.parametrize("name", ["model", "table"])
def test_a_corrupt_object_is_found_as_it_is_copied(large: Project, name: str) -> None:
    file = object_of(large, name, "1.0.0")
    file.chmod(0o644)
    with file.open("r+b") as opened:
        opened.write(b"0")
    before = visible(large)
    refused = large.mlvc("rollback", "1.0.0", "--verify=full")
    assert (refused.code, visible(large)) == (14, before), refused.err
    assert "is corrupt" in refused.err
    assert_nothing_left(large)


def test_a_model_that_is_not_the_one_released_is_told_from_a_corrupt_one(large: Project) -> None:
    text = large.git("cat-file", "tag", "m@v1.0.0")
    digest = text.partition("Model-Digest: sha256:")[2].split()[0]
    forged = text.replace(digest, digest[::-1]).partition("\n\n")[2]
    large.git("tag", "--force", "--annotate", "-m", forged, "m@v1.0.0", "m@v1.0.0^{}")
    before = visible(large)
    refused = large.mlvc("rollback", "1.0.0", "--verify=full")
    assert (refused.code, visible(large)) == (14, before), refused.err
    assert "is not what was released" in refused.err
    assert_nothing_left(large)


def test_an_object_that_changes_under_the_copy_is_not_proven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = hashlib.md5(b"one", usedforsecurity=False).hexdigest()
    source = tmp_path / "files/md5" / name[:2] / name[2:]
    source.parent.mkdir(parents=True)
    source.write_bytes(b"one")

    def disturbed(source: str, target: str, digests: Sequence[Hash]) -> None:
        copy_hashing(source, target, digests)
        Path(source).write_bytes(b"two!")

    monkeypatch.setattr(copying, "copy_hashing", disturbed)
    cache = Cache(tmp_path, ("copy",))
    assert reading.copied(cache, f"md5:{name}", str(tmp_path / "copy"), "") == (None, "")
    assert not os.path.lexists(tmp_path / "copy")


def test_a_large_model_that_is_known_is_not_hashed_again(
    large: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[int] = []

    def counted(source: str, target: str, digests: Sequence[Hash]) -> None:
        hashed.append(len(digests))
        copy_hashing(source, target, digests)

    for target in ("1.0.0", "2.0.0"):
        roll_back(large, target)
    large.mlvc("prepare", "--drop")
    monkeypatch.setattr(copying, "copy_hashing", counted)
    monkeypatch.setattr(live, "live_digest", None)  # nor what lies in the workspace
    performed(large, "1.0.0")
    assert hashed == [0]
    assert large.read("model") == "one\n" * 600_000
    assert_settled(large)


def test_a_model_that_changed_since_it_was_known_is_found_corrupt(large: Project) -> None:
    for target in ("1.0.0", "2.0.0"):
        roll_back(large, target)
    large.mlvc("prepare", "--drop")
    file = object_of(large, "model", "1.0.0")
    file.chmod(0o644)
    with file.open("r+b") as opened:
        opened.write(b"0")
    before = visible(large)
    refused = large.mlvc("rollback", "1.0.0")
    assert (refused.code, visible(large)) == (14, before), refused.err
    assert "is corrupt" in refused.err


def test_what_a_full_verification_moved_aside_is_not_read_again(
    large: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    large.dvc("config", "cache.type", "hardlink")
    large.commit("Link")
    large.dvc("checkout", "--relink", "--quiet")
    # The first proves both; the last one believes none of that, and a rename is a change to a file.
    for target, *options in (("1.0.0",), ("2.0.0",), ("1.0.0", "--verify=full")):
        roll_back(large, target, *options)
    monkeypatch.setattr(proving, "proof_of", None)
    monkeypatch.setattr(reading, "is_named", None)
    assert performed(large, "2.0.0").commit
    assert large.read("model") == "two\n" * 600_000
