"""Rollbacks of many files, of which another process does its share."""

import hashlib
import os
import signal
import threading
import time
from collections.abc import Callable
from functools import partialmethod
from pathlib import Path

import pytest

from mlvc.errors import MlvcError
from mlvc.ops import reading
from mlvc.ops.following import untouched
from mlvc.ops.project import Project as Opened
from mlvc.ops.proving import Prover
from mlvc.ops.rollback import RolledBack, attempt
from mlvc.workspace import beside, planting
from tests.ops.rollback.reads import reads
from tests.ops.rollback.rows import UP_TO_DATE, assert_sound, performed, step
from tests.ops.rollback.states import visible
from tests.project import Project

MANY = 40


@pytest.fixture(scope="module")
def built_many(built_empty: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = built_empty.copy(tmp_path_factory.mktemp("many") / "project")
    for version in ("one", "two"):
        # Some objects are there several times.
        files = {f"data/{n % 5}/{n}": f"{version} {n % 30}\n" for n in range(MANY)}
        step(project, {"dvc.yaml": "artifacts: {m: {path: data}}\n", **files}, "data")
    return project


@pytest.fixture
def many(built_many: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Two versions of a folder, which is large enough for another process; nothing is kept."""
    monkeypatch.setenv("DVC_SITE_CACHE_DIR", str(tmp_path / "site"))
    monkeypatch.setattr(beside, "WORTH", MANY)
    monkeypatch.setattr(beside, "_cores", lambda: 2)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    project = built_many.copy(tmp_path / "project")
    project.dvc("config", "--local", "cache.type", "hardlink")
    project.dvc("checkout", "--relink", "--quiet")
    project.dvc("status")  # so that DVC has a state
    return project


def forked(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> None:
    """Have the other process die of this function, and ours not."""
    real, here = getattr(module, name), os.getpid()

    def deadly(*args: object, **named: object) -> object:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **named)

    monkeypatch.setattr(module, name, deadly)


def roll_back(project: Project) -> RolledBack:
    """A rollback that makes all files from their objects."""
    kept = project.path / ".dvc/tmp/mlvc/kept"
    if kept.exists():  # removed, its objects would be no more as they were proven
        kept.rename(project.path.parent / f"kept{time.time_ns()}")
    return performed(project, "HEAD~1")


@pytest.mark.parametrize("types", ["hardlink", "symlink", "copy"])
def test_all_is_restored_and_remembered(many: Project, types: str) -> None:
    many.dvc("config", "--local", "cache.type", types)
    # The first reads what is live, and opens DVC; the second has it all remembered.
    roll_back(many)
    roll_back(many)
    roll_back(many)
    assert_sound(many)
    assert many.read("data/0/0") == "one 0\n"
    said, found = reads(many, "dvc", "status", "data status")
    assert (UP_TO_DATE in said, found) == (True, set()), said


def test_what_another_process_noted_is_not_lost_with_it(many: Project) -> None:
    for _ in range(3):
        roll_back(many)
    opened = Opened.find(many.path)
    for manifest in opened.store.cache.root.rglob("*.dir"):
        digest = f"md5:{manifest.parent.name}{manifest.name}"
        files = opened.prover.content(digest, "data").files
        proofs = opened.prover.memo.proofs(set(files.values()))
        assert untouched(opened.prover, files.values()) == proofs
        assert len(proofs) == len(set(files.values()))


def test_a_process_that_dies_while_it_notes_costs_time_only(
    many: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    roll_back(many)
    with monkeypatch.context() as patch:
        forked(patch, attempt, "tell_dvc")
        roll_back(many)
    assert_sound(many)
    assert many.read("data/0/0") == "two 0\n"
    roll_back(many)
    assert_sound(many)


def test_a_process_that_dies_while_it_links_leaves_the_old(
    many: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    roll_back(many)
    before = visible(many)
    forked(monkeypatch, planting.Planter, "_plant")
    with pytest.raises(MlvcError, match="ended from outside"):
        roll_back(many)
    assert visible(many) == before
    assert_sound(many)


def test_an_object_that_another_process_finds_changed_is_proven_anew(
    many: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        roll_back(many)
    # The first alone is looked at before.
    monkeypatch.setattr(reading, "spread", lambda every: every[:1])
    first = hashlib.md5(b"one 0\n").hexdigest()[2:]
    for file in (many.path / ".dvc/cache/files/md5").glob("*/*"):
        if file.suffix != ".dir" and file.name != first:
            file.chmod(0o644)
            file.chmod(0o444)
    doubts: list[bool] = []
    monkeypatch.setattr(Prover, "doubt", partialmethod(_noting, doubts, Prover.doubt))
    roll_back(many)
    assert doubts == [True]
    assert_sound(many)
    assert many.read("data/0/0") == "one 0\n"


def _noting(prover: Prover, doubts: list[bool], real: Callable[[Prover], None]) -> None:
    doubts.append(True)
    real(prover)
