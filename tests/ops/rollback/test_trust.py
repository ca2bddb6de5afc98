"""What is remembered of objects is believed until they are used, and then looked at."""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.ops.rollback.rows import assert_settled, roll_back, step
from tests.ops.rollback.states import refused
from tests.ops.rollback.test_kept import kept
from tests.ops.rollback.test_objects import flip, with_remote
from tests.project import Project

TYPES = ["hardlink", "copy", "symlink"]
YAML = """\
stages:
  train:
    cmd: >-
      mkdir -p model && for i in $(seq -w 40); do cat in.txt > model/$i; echo $i >> model/$i; done
    deps: [in.txt]
    outs: [model]
artifacts:
  m: {path: model}
"""
# Of forty, every second one is looked at beforehand.
WHICH = {"seen beforehand": "01", "seen when it is used": "02"}


@pytest.fixture(scope="session")
def built_known(
    built_empty: Project, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Project]:
    """Releases 1.0.0 and 2.0.0 under a type of links; each is built when it is first asked for."""

    def build(kind: str) -> Project:
        project = built_empty.copy(tmp_path_factory.mktemp("known") / "project")
        project.dvc("config", "cache.type", kind)
        for version, text in (("1.0.0", "one\n"), ("2.0.0", "two\n")):
            step(project, {"dvc.yaml": YAML, "in.txt": text})
            project.mlvc("tag", version)
        return project

    return cache(build)


@pytest.fixture(params=TYPES)
def known(
    built_known: Callable[[str], Project], tmp_path: Path, request: pytest.FixtureRequest
) -> Project:
    """At 2.0.0, all objects of 1.0.0 proven and remembered, no tree of it kept."""
    project = built_known(request.param).copy(tmp_path / "project")
    roll_back(project, "1.0.0")
    roll_back(project, "2.0.0")
    for tree in kept(project):
        tree.rename(project.path.parent / tree.name)
    return project


def object_of(project: Project, number: str) -> Path:
    """The object of one file of the model at 1.0.0."""
    files = (project.path / ".dvc/cache/files/md5").glob("??/*")
    (found,) = [path for path in files if path.read_text() == f"one\n{number}\n"]
    return found


@pytest.mark.parametrize("which", WHICH)
def test_an_object_that_others_linked_is_read_again_and_used(known: Project, which: str) -> None:
    path = object_of(known, WHICH[which])
    os.link(path, known.path.parent / "theirs")
    roll_back(known, "1.0.0")
    assert known.read("model/02") == "one\n02\n"
    assert_settled(known)


@pytest.mark.parametrize("which", WHICH)
def test_an_object_that_was_changed_since_it_was_proven_is_refused(
    known: Project, which: str
) -> None:
    path = object_of(known, WHICH[which])
    times = path.stat()
    flip(path)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    refused(known, "1.0.0", code=14, says=(path.name, "Nothing was touched."))
    assert known.read("model/02") == "two\n02\n"


@pytest.mark.parametrize("which", WHICH)
def test_an_object_that_went_since_it_was_proven_is_missed_or_fetched(
    known: Project, which: str
) -> None:
    path = object_of(known, WHICH[which])
    data = path.read_bytes()
    path.unlink()
    refused(known, "1.0.0", code=13, says=(path.name, "Nothing was touched."))
    path.write_bytes(data)
    with_remote(known)
    path.unlink()
    roll_back(known, "1.0.0")
    assert known.read("model/02") == "one\n02\n"


def test_a_copied_repository_proves_its_objects_anew(known: Project) -> None:
    copied = known.copy(known.path.parent / "copied")
    flip(object_of(copied, "40"))
    refused(copied, "1.0.0", code=14, says=("Nothing was touched.",))


def test_a_tag_that_has_moved_since_it_was_seen_is_not_followed(two_releases: Project) -> None:
    assert two_releases.mlvc("verify").code == 0
    was = two_releases.git("rev-parse", "model@v0.1.0")
    two_releases.git("tag", "--force", "-a", "model@v0.1.0", "-m", "evil", "model@v0.2.0^{}")
    for args in (("0.1.0",), ("0.1.0", "--dry-run"), ("0.1.0", "--scope", "tree", "--yes")):
        done = two_releases.mlvc("rollback", *args)
        assert done.code == 1
        assert done.err.startswith("error: tag model@v0.1.0 has moved: it was ")
    two_releases.git("update-ref", "refs/tags/model@v0.1.0", was)
    assert two_releases.mlvc("rollback", "0.1.0", "--yes").code == 0
