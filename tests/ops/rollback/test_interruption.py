"""A rollback that is killed, asked to end, or fails: wholly the old state or wholly the new one."""

import errno
import os
import signal
from collections.abc import Mapping
from pathlib import Path

import pytest

from mlvc.errors import MlvcError
from mlvc.ops import rollback
from mlvc.ops.project import Project as Opened
from mlvc.ops.rollback import attempt
from mlvc.workspace.lock import locked
from tests.ops.rollback.states import assert_nothing_left, assert_whole, everything, visible
from tests.project import PYTHON, Answer, Project, run

# Runs the command line with one function that strikes: before or after it does its work.
DRIVER = """
import importlib, os, signal, sys

place, when, how, *args = sys.argv[1:]
module, name = place.split(":")
owner = importlib.import_module(module)
*path, last = name.split(".")
for part in path:
    owner = getattr(owner, part)
real = getattr(owner, last)


def strike():
    if how.startswith("E"):
        import errno
        raise OSError(getattr(errno, how), os.strerror(getattr(errno, how)))
    os.kill(os.getpid(), getattr(signal, how))


def struck(*words, **named):
    if when == "before":
        strike()
    result = real(*words, **named)
    if when == "after":
        strike()
    return result


setattr(owner, last, struck)
from mlvc.cli.app import run
sys.exit(run(args))
"""

# In the order in which a rollback comes to them.
EARLY = (
    "mlvc.registry.index:Index.hold",
    "mlvc.workspace.staging:Staging.__init__",
    "mlvc.registry.index:Index.prepare",
    "mlvc.ops.rollback.attempt:stage_files",
    "mlvc.ops.rollback.staging:Outputs.stage",
    "mlvc.workspace.transaction:plan_swaps",
    "mlvc.workspace.transaction:apply",
)
MOVE = "mlvc.registry.commits:move"
LATE = (
    "mlvc.ops.recover:_finish",
    "mlvc.registry.index:Index.publish",
    "mlvc.ops.strays:save_old",
    "mlvc.workspace.transaction:dispose",
    "mlvc.workspace.journal:clear",
)


def strike(project: Project, place: str, when: str, how: str, *args: str) -> Answer:
    command = (PYTHON, "-c", DRIVER, place, when, how, "-C", str(project.path), *args)
    done = run(*command, cwd=Path(os.environ["HOME"]), check=False)
    return Answer(done.returncode, done.stdout, done.stderr)


def current(project: Project) -> list[str]:
    return project.mlvc("which").out.split()


def assert_old(project: Project, before: Mapping[str, object]) -> None:
    assert visible(project) == before
    assert_whole(project)
    assert current(project) == ["model@v0.3.0"]


def assert_new(project: Project) -> None:
    assert_whole(project)
    assert current(project) == ["model@v0.1.0"]
    assert project.git("diff", "--stat", "model@v0.1.0", "HEAD") == ""
    assert project.git("rev-list", "--count", "model@v0.3.0..HEAD") == "1"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("place", EARLY)
def test_a_kill_before_the_commit_is_undone(released: Project, place: str, when: str) -> None:
    before = visible(released)
    killed = strike(released, place, when, "SIGKILL", "rollback", "v0.1.0")
    assert killed.code == -signal.SIGKILL
    done = released.mlvc("recover")
    assert done.code == 0, done.err
    assert_old(released, before)
    assert released.mlvc("recover").out == "Nothing to recover.\n"


@pytest.mark.parametrize(
    ("place", "when"), [(MOVE, "after"), *((p, w) for p in LATE for w in ("before", "after"))]
)
def test_a_kill_after_the_commit_is_completed(released: Project, place: str, when: str) -> None:
    killed = strike(released, place, when, "SIGKILL", "rollback", "v0.1.0")
    assert killed.code == -signal.SIGKILL
    done = released.mlvc("recover")
    assert done.code == 0, done.err
    assert_new(released)
    assert released.mlvc("recover").out == "Nothing to recover.\n"


def test_the_next_verb_that_writes_recovers_first(released: Project) -> None:
    strike(released, "mlvc.workspace.transaction:apply", "after", "SIGKILL", "rollback", "v0.2.0")
    done = released.mlvc("rollback", "v0.1.0")
    assert done.code == 0, done.err
    assert_new(released)


def test_a_kill_during_recovery_is_recovered_from(foldered: Project) -> None:
    before = visible(foldered)
    apply = "mlvc.workspace.transaction:apply"
    strike(foldered, apply, "after", "SIGKILL", "rollback", "v0.1.0")
    for place in ("mlvc.workspace.transaction:undo", "mlvc.workspace.transaction:dispose"):
        assert strike(foldered, place, "after", "SIGKILL", "recover").code == -signal.SIGKILL
    assert foldered.mlvc("recover").code == 0
    assert visible(foldered) == before
    assert_whole(foldered)


@pytest.mark.parametrize(("how", "code"), [("SIGTERM", 143), ("SIGINT", 130)])
def test_a_signal_before_the_commit_leaves_the_old_state(
    released: Project, how: str, code: int
) -> None:
    before = visible(released)
    done = strike(released, "mlvc.workspace.transaction:apply", "after", how, "rollback", "v0.1.0")
    assert done.code == code
    assert "Traceback" not in done.err
    assert_old(released, before)


@pytest.mark.parametrize("how", ["SIGTERM", "SIGINT"])
def test_a_signal_while_the_branch_moves_does_not_stop_it_half_way(
    released: Project, how: str
) -> None:
    done = strike(released, MOVE, "before", how, "rollback", "v0.1.0")
    assert done.code == 0, done.err
    assert_new(released)


@pytest.mark.parametrize(
    ("place", "how"),
    [
        *((place, "ENOSPC") for place in EARLY[2:]),
        *(("mlvc.workspace.transaction:apply", how) for how in ("EIO", "EROFS", "EACCES")),
    ],
)
def test_a_failing_disk_leaves_the_old_state(released: Project, place: str, how: str) -> None:
    before = visible(released)
    done = strike(released, place, "after", how, "rollback", "v0.1.0")
    assert done.code == 1
    assert os.strerror(getattr(errno, how)) in done.err
    assert "Traceback" not in done.err
    assert visible(released) == before
    assert_nothing_left(released)
    assert released.git("status", "--porcelain") == ""


def test_a_disk_that_fails_after_the_commit_hides_neither_what_was_saved_nor_how_to_undo(
    released: Project,
) -> None:
    released.write("model.bin", "mine\n")
    memo = "mlvc.workspace.memo:sync_filesystems"
    done = strike(released, memo, "before", "EIO", "rollback", "v0.1.0", "--force")
    assert (done.code, done.err) == (0, "")
    (kept,) = (released.path / ".git/mlvc/saved").rglob("model.bin")
    assert kept.read_text() == "mine\n"
    assert f"saved what was in the way: {kept}" in done.out and "Undo: " in done.out
    assert_new(released)


@pytest.mark.parametrize("wrong", [ValueError, MlvcError])
def test_nothing_that_is_only_remembered_fails_a_rollback(
    released: Project, monkeypatch: pytest.MonkeyPatch, wrong: type[Exception]
) -> None:
    def failing(*_: object) -> None:
        raise wrong("of what is remembered")

    monkeypatch.setattr(attempt, "tell_dvc", failing)
    found, request = Opened.find(released.path), rollback.Request("model@v0.1.0")
    plan = rollback.make_plan(found, request, rollback.choose(found, request))
    done = rollback.perform(found, plan)
    assert done.commit == released.git("rev-parse", "HEAD")
    assert_new(released)


def test_a_branch_that_moved_meanwhile_is_not_overwritten(released: Project) -> None:
    before = visible(released)
    race = f"""
import subprocess, sys
from mlvc.workspace import transaction
real = transaction.apply
def apply(journal, *more):
    real(journal, *more)
    git = ["git", "-C", {str(released.path)!r}]
    tree = subprocess.check_output([*git, "rev-parse", "HEAD^{{tree}}"], text=True).strip()
    new = subprocess.check_output([*git, "commit-tree", "-p", "HEAD", "-m", "x", tree], text=True)
    subprocess.check_call([*git, "update-ref", "refs/heads/main", new.strip()])
transaction.apply = apply
from mlvc.cli.app import run
sys.exit(run(["-C", {str(released.path)!r}, "rollback", "v0.1.0"]))
"""
    done = run(PYTHON, "-c", race, cwd=released.path, check=False)
    assert done.returncode == 1
    assert "moved while mlvc was at work" in done.stderr
    assert visible(released) == before
    assert_whole(released)
    assert released.git("log", "-1", "--format=%s") == "x"


def test_what_a_user_wrote_into_the_old_folder_meanwhile_is_kept(foldered: Project) -> None:
    race = f"""
import sys
from pathlib import Path
from mlvc.workspace import transaction
real = transaction.apply
def apply(journal, *more):
    Path({str(foldered.path / "model/mine")!r}).write_text("precious")
    real(journal, *more)
transaction.apply = apply
from mlvc.cli.app import run
sys.exit(run(["-C", {str(foldered.path)!r}, "rollback", "v0.1.0"]))
"""
    done = run(PYTHON, "-c", race, cwd=foldered.path)
    assert_whole(foldered)
    (kept,) = (foldered.path / ".git/mlvc/saved").rglob("mine")
    assert kept.read_text() == "precious"
    assert str(kept) in done.stdout


def test_what_a_user_wrote_into_the_new_folder_before_a_failure_is_kept_and_told(
    foldered: Project,
) -> None:
    before = visible(foldered)
    race = f"""
import sys
from pathlib import Path
from mlvc.workspace import transaction
real = transaction.apply
def apply(journal, *more):
    real(journal, *more)
    Path({str(foldered.path / "model/mine")!r}).write_text("precious")
    raise OSError(5, "Input/output error", "model")
transaction.apply = apply
from mlvc.cli.app import run
sys.exit(run(["-C", {str(foldered.path)!r}, "rollback", "v0.1.0"]))
"""
    done = run(PYTHON, "-c", race, cwd=foldered.path, check=False)
    assert done.returncode == 1
    assert visible(foldered) == before
    (kept,) = (foldered.path / ".git/mlvc/saved").rglob("mine")
    assert kept.read_text() == "precious"
    assert f"kept what was in the way: {kept}" in done.stderr
    assert "error: model: Input/output error" in done.stderr


def test_what_a_user_wrote_into_the_new_folder_before_recovery_is_kept(foldered: Project) -> None:
    before = visible(foldered)
    apply = "mlvc.workspace.transaction:apply"
    strike(foldered, apply, "after", "SIGKILL", "rollback", "v0.1.0")
    (foldered.path / "model/mine").write_text("precious")
    done = foldered.mlvc("recover")
    assert done.code == 0, done.err
    assert visible(foldered) == before
    (kept,) = (foldered.path / ".git/mlvc/saved").rglob("mine")
    assert kept.read_text() == "precious"
    assert str(kept) in done.err


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("prepare", "--drop"), 0),
        (("prepare", "--drop", "--json"), 0),
        (("promote", "v0.1.0", "staging", "--new"), 0),
        (("gc", "--yes"), 0),
        (("tag",), 1),
    ],
)
def test_every_verb_that_finds_a_crash_tells_how_it_ended_and_what_it_kept(
    foldered: Project, args: tuple[str, ...], code: int
) -> None:
    apply = "mlvc.workspace.transaction:apply"
    strike(foldered, apply, "after", "SIGKILL", "rollback", "v0.1.0")
    (foldered.path / "model/mine").write_text("precious")
    done = foldered.mlvc(*args)
    assert done.code == code, done.err
    (kept,) = (foldered.path / ".git/mlvc/saved").rglob("mine")
    assert done.err.splitlines()[:2] == [
        "Undid the interrupted rollback to model@v0.1.0.",
        f"kept what was in the way: {kept}",
    ]


def test_recovery_does_not_wait_for_an_evaluation_at_work(foldered: Project) -> None:
    before = visible(foldered)
    apply = "mlvc.workspace.transaction:apply"
    strike(foldered, apply, "after", "SIGKILL", "rollback", "v0.1.0")
    (foldered.path / "model/mine").write_text("precious")
    mark = foldered.write(".git/mlvc/evaluating.at-work", "")
    with locked(foldered.path / ".git/mlvc/evaluating"):
        done = foldered.mlvc("recover")
        assert mark.exists()  # what is its own stays
    assert done.code == 0, done.err
    assert done.out.startswith("Undid the interrupted rollback to model@v0.1.0")
    (kept,) = (foldered.path / ".git/mlvc/saved").rglob("mine")
    assert str(kept) in done.err
    assert visible(foldered) == before
    assert foldered.mlvc("recover").out == "Nothing to recover.\n"
    assert not mark.exists()


def test_a_journal_that_is_damaged_is_named_and_nothing_is_touched(released: Project) -> None:
    apply = "mlvc.workspace.transaction:apply"
    strike(released, apply, "after", "SIGKILL", "rollback", "v0.1.0")
    journal = released.path / ".git/mlvc/journal.json"
    journal.write_text("{")
    before = everything(released.path)
    for verb in (["recover"], ["rollback", "v0.1.0"]):
        done = released.mlvc(*verb)
        assert done.code == 14
        assert "journal.json" in done.err
    assert everything(released.path) == before


def test_recover_finds_nothing_in_a_sound_repository(released: Project) -> None:
    before = everything(released.path)
    done = released.mlvc("recover", "--json")
    assert done.code == 0
    assert '"outcome": "nothing"' in done.out
    assert everything(released.path).keys() - before.keys() <= {".git/mlvc", ".git/mlvc/evaluating"}


@pytest.mark.parametrize(
    "verb", [("recover",), ("rollback", "v0.1.0"), ("prepare", "v0.1.0", "--yes")]
)
def test_a_file_among_what_is_staged_stops_nobody(released: Project, verb: tuple[str, ...]) -> None:
    released.write(".dvc/tmp/mlvc/staged/.DS_Store", "")
    done = released.mlvc(*verb)
    assert done.code == 0, done.err
    assert not (released.path / ".dvc/tmp/mlvc/staged/.DS_Store").exists()


def test_another_git_process_that_holds_the_index_is_waited_for_by_the_user(
    released: Project,
) -> None:
    (released.path / ".git/index.lock").write_text("")
    before = visible(released)
    done = released.mlvc("rollback", "v0.1.0")
    assert done.code == 11
    assert "index.lock" in done.err
    assert (released.path / ".git/index.lock").exists()
    (released.path / ".git/index.lock").unlink()
    assert visible(released) == before
    assert_whole(released)
