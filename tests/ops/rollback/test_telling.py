"""After a rollback DVC knows what was restored: it reads none of it, and sees what changes."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from dvc_data.hashfile.cache import HashesCache

from mlvc.artifacts.objects import Content
from mlvc.artifacts.state import Known
from mlvc.ops.project import Project as Opened
from mlvc.ops.rollback.telling import tell_dvc
from mlvc.workspace.census import census
from tests.ops.rollback.legacy import as_dvc_2
from tests.ops.rollback.reads import reads
from tests.ops.rollback.rows import UP_TO_DATE, assert_sound, step
from tests.project import Project

# No dependency is Git's: these DVC reads.
YAML = """\
stages:
  train:
    cmd: >-
      mkdir -p model/deep && cp params.yaml one.bin && cp params.yaml model/deep/a &&
      echo same > model/same && cp raw/x model/x
    deps: [raw]
    params: [name]
    outs: [model, one.bin]
artifacts:
  m: {path: one.bin}
"""
TYPES = ["copy", "hardlink", "symlink", "reflink,copy"]
LIVE = {"model/deep/a", "model/same", "model/x", "one.bin", "raw/x", "raw/y"}


@pytest.fixture(scope="module")
def built_known(built_empty: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = built_empty.copy(tmp_path_factory.mktemp("known") / "project")
    first = {"dvc.yaml": YAML, "params.yaml": "name: one\n", "raw/x": "1\n", "raw/y": "same\n"}
    step(project, first, "raw")
    step(project, {"params.yaml": "name: two\n", "raw/x": "2\n"}, "raw")
    return project


@pytest.fixture
def known(built_known: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Two versions of folders and a file, which DVC has not read at this place."""
    monkeypatch.setenv("DVC_SITE_CACHE_DIR", str(tmp_path / "site"))
    return built_known.copy(tmp_path / "project")


def states(project: Project) -> list[Path]:
    """DVC's databases with rows: that of the project, none of those that mlvc loads a plan in."""
    found = []
    for path in (project.path.parent / "site/repo").glob("*/hashes/local/cache.db"):
        with closing(sqlite3.connect(path)) as connection:
            if connection.execute("SELECT count(*) FROM Cache").fetchone() != (0,):
                found.append(path)
    return found


def warnings(project: Project) -> list[str]:
    (found,) = states(project)
    with HashesCache(str(found.parent)) as cache:
        return [str(warning.message) for warning in cache.check()]


def roll(project: Project) -> set[str]:
    """Roll back, and what DVC read meanwhile."""
    found = reads(project, "mlvc", "rollback HEAD~1 --yes")[1]
    assert_sound(project)
    return found


def look(project: Project) -> set[str]:
    """What DVC reads to see that all is up to date."""
    said, found = reads(project, "dvc", "status", "data status")
    assert UP_TO_DATE in said and "No changes." in said, said
    return found


@pytest.mark.parametrize("types", TYPES)
def test_dvc_reads_nothing_that_a_rollback_restored(known: Project, types: str) -> None:
    known.dvc("config", "--local", "cache.type", types)
    assert roll(known) == set()
    assert known.read("one.bin") == "name: one\n"
    assert look(known) == set()
    # And there again, with trees that were kept.
    assert roll(known) == set()
    assert known.read("model/x") == "2\n"
    assert look(known) == set()
    assert warnings(known) == []


def test_dvc_is_told_again_of_files_that_stay_where_it_forgot_them(known: Project) -> None:
    known.dvc("config", "--local", "cache.type", "hardlink")
    roll(known)
    look(known)
    (database,) = states(known)
    with closing(sqlite3.connect(database)) as connection, connection:
        gone = connection.execute("DELETE FROM Cache WHERE key LIKE '%/model/same'").rowcount
    assert gone == 1
    roll(known)
    assert look(known) == set()


def test_dvc_is_told_of_what_differs_alone_where_it_knows_the_rest(
    known: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    known.dvc("config", "--local", "cache.type", "hardlink")
    roll(known)
    told: list[str] = []

    def tell(_: Path, files: list[Known]) -> None:
        told.extend(file.path.removeprefix(f"{known.path}/") for file in files)

    monkeypatch.setattr("mlvc.ops.rollback.telling.tell", tell)
    project = Opened(known.path)
    outputs = [out for stage in project.snapshot("HEAD").pipeline.stages for out in stage.outs]
    digest = next(out.digest for out in outputs if out.path == "model") or ""
    staged, content = census(known.path / "model"), project.prover.content(digest, "model")
    assert staged
    monkeypatch.setattr(project.prover, "differing", lambda *_: ({}, {"x": "md5:" + "0" * 32}))
    tell_dvc(project, {"model": staged}, {"model": content}, {"model": "md5:1.dir"})
    assert told == ["model/x"]


def test_dvc_reads_what_it_is_not_told(known: Project) -> None:
    known.dvc("status")
    (database,) = states(known)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE later (version)")
    assert roll(known) == set()
    assert look(known) == LIVE


def test_dvc_reads_what_was_touched_since(known: Project) -> None:
    roll(known)
    os.utime(known.path / "model/x")
    os.utime(known.path / "one.bin")
    assert look(known) == {"model/x", "one.bin"}


@pytest.mark.parametrize("out", ["model", "one.bin"])
def test_dvc_sees_what_was_changed_since(known: Project, out: str) -> None:
    roll(known)
    known.write("model/x" if out == "model" else out, "9\n")
    assert f"modified:           {out}" in known.dvc("status")


def test_what_is_written_before_dvc_is_told_counts_as_changed(known: Project) -> None:
    project = Opened(known.path)
    staged = census(known.path / "one.bin")
    assert staged
    content = Content("md5:" + "0" * 32, {"": "md5:" + "0" * 32})
    known.write("one.bin", "mine\n")
    tell_dvc(project, {"one.bin": staged}, {"one.bin": content}, {})
    assert "modified:           one.bin" in known.dvc("status")


def test_dvc_reads_nothing_of_what_dvc_2_recorded(known: Project) -> None:
    step(known, {"raw/x": "3\r\n"}, "raw")
    as_dvc_2(known)
    step(known, {"raw/x": "4\r\n"}, "raw")
    assert roll(known) == set()
    assert known.read("model/x") == "3\n"  # as text
    assert "hash:" not in known.read("dvc.lock")
    assert look(known) == set()
