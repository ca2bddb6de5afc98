"""Locks of DVC 2 (no `hash:`): proven by the digest that DVC 2 computed."""

import shutil
from pathlib import Path

import pytest
import yaml

from tests.ops.rollback.legacy import as_dvc_2
from tests.ops.rollback.rows import assert_refused, assert_settled, roll_back, step
from tests.project import Project

YAML = """\
stages:
  train:
    cmd: mkdir -p model && cat in.txt > model/a && printf 'b\\r\\nb' > model/b && cp in.txt one.bin
    deps: [in.txt, raw.txt]
    outs: [model, one.bin]
artifacts:
  m: {path: model}
"""


@pytest.fixture(scope="module")
def built_old(built_empty: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = built_empty.copy(tmp_path_factory.mktemp("dvc2") / "project")
    step(project, {"dvc.yaml": YAML, "in.txt": "one\r\n", "raw.txt": "r\r\n"}, "raw.txt")
    as_dvc_2(project)
    shutil.rmtree(project.path / ".dvc/cache/files")
    assert project.mlvc("tag", "0.1.0").code == 0
    step(project, {"in.txt": "two\r\n", "raw.txt": "r2\r\n"}, "raw.txt")
    return project


@pytest.fixture
def old(built_old: Project, tmp_path: Path) -> Project:
    """Release 0.1.0 by DVC 2, and a newer model by DVC 3."""
    return built_old.copy(tmp_path / "project")


def test_a_release_of_dvc_2_is_proven_and_restored(old: Project) -> None:
    roll_back(old, "v0.1.0")
    assert (old.path / "model/a").read_bytes() == b"one\r\n"
    assert (old.path / "one.bin").read_bytes() == b"one\r\n"
    assert "hash:" not in old.read("dvc.lock") + old.read("raw.txt.dvc")
    assert_settled(old)
    roll_back(old, "HEAD~1")
    assert (old.path / "model/a").read_bytes() == b"two\r\n"
    assert_settled(old)


def test_a_release_of_dvc_2_is_fetched_from_the_remote(old: Project) -> None:
    remote = old.path.parent / "remote"
    old.dvc("remote", "add", "--local", "--default", "store", str(remote))
    shutil.copytree(old.path / ".dvc/cache", remote)
    for name in objects(old):
        (old.path / ".dvc/cache" / name).unlink()
    roll_back(old, "v0.1.0")
    assert (old.path / "model/b").read_bytes() == b"b\r\nb"
    assert_settled(old)


def objects(project: Project) -> list[str]:
    """The objects of DVC 2 in the cache."""
    cache = project.path / ".dvc/cache"
    return [str(p.relative_to(cache)) for p in cache.glob("??/*") if p.is_file()]


def test_a_corrupt_object_of_dvc_2_is_refused(old: Project) -> None:
    entry = yaml.safe_load(old.git("show", "m@v0.1.0:dvc.lock"))["stages"]["train"]["outs"][1]
    bad = old.path / ".dvc/cache" / entry["md5"][:2] / entry["md5"][2:]
    bad.chmod(0o644)
    bad.write_bytes(b"other")
    bad.chmod(0o444)
    assert assert_refused(old, "v0.1.0", says=(entry["md5"], "corrupt")).code == 14


def test_a_newer_rollback_leaves_a_model_of_dvc_2_as_it_lies(empty: Project) -> None:
    step(empty, {"dvc.yaml": YAML, "in.txt": "one\r\n", "raw.txt": "r\r\n"}, "raw.txt")
    step(empty, {"in.txt": "two\r\n"})
    as_dvc_2(empty)
    roll_back(empty, "HEAD~2")
    assert (empty.path / "model/a").read_bytes() == b"one\r\n"
    assert_settled(empty)
