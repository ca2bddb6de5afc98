"""What is remembered of objects is believed until they are used, and then looked at."""

import os
from pathlib import Path

import pytest

from tests.ops.rollback.rows import assert_settled, roll_back
from tests.ops.rollback.states import refused
from tests.ops.rollback.test_kept import kept, made
from tests.ops.rollback.test_objects import flip, with_remote
from tests.project import Project

TYPES = ["hardlink", "copy", "symlink"]


def known(empty: Project, kind: str) -> Project:
    """At 2.0.0, all objects of 1.0.0 proven and remembered, no tree of it kept."""
    project = made(empty, kind)
    roll_back(project, "1.0.0")
    roll_back(project, "2.0.0")
    for tree in kept(project):
        tree.rename(project.path.parent / tree.name)
    return project


def objects(project: Project) -> list[Path]:
    files = (project.path / ".dvc/cache/files/md5").glob("??/*")
    return [path for path in files if path.read_bytes() == b"one\n"]


@pytest.mark.parametrize("kind", TYPES)
def test_an_object_that_others_linked_is_read_again_and_used(empty: Project, kind: str) -> None:
    project = known(empty, kind)
    for path in objects(project):
        os.link(path, project.path.parent / f"theirs-{path.name}")
    roll_back(project, "1.0.0")
    assert project.read("model/a") == "one\n"
    assert_settled(project)


@pytest.mark.parametrize("kind", TYPES)
def test_an_object_that_was_changed_since_it_was_proven_is_refused(
    empty: Project, kind: str
) -> None:
    project = known(empty, kind)
    (path,) = objects(project)
    times = path.stat()
    flip(path)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    refused(project, "1.0.0", code=14, says=(path.name, "Nothing was touched."))
    assert project.read("model/a") == "two\n"


@pytest.mark.parametrize("kind", TYPES)
def test_an_object_that_went_since_it_was_proven_is_missed(empty: Project, kind: str) -> None:
    project = known(empty, kind)
    (path,) = objects(project)
    path.unlink()
    refused(project, "1.0.0", code=13, says=(path.name, "Nothing was touched."))


def test_an_object_that_went_since_it_was_proven_is_fetched(empty: Project) -> None:
    project = known(empty, "hardlink")
    with_remote(project)
    for path in objects(project):
        path.unlink()
    roll_back(project, "1.0.0")
    assert project.read("model/a") == "one\n"
