"""`mlvc prepare`: what is ready is one rename away, and believed only if nobody touched it."""

import signal

import pytest

from mlvc.errors import MlvcError
from mlvc.ops.preparing import prepare, wanted
from mlvc.ops.project import Project as Opened
from mlvc.workspace.census import census
from tests.ops.preparing.conftest import folder, kept
from tests.ops.rollback.rows import assert_settled, roll_back
from tests.ops.rollback.states import assert_nothing_left, visible
from tests.ops.rollback.test_interruption import strike
from tests.project import Project
from tests.releases import answer

MAKING = "mlvc.ops.preparing.making"


def prepared(project: Project, *args: str) -> None:
    done = project.mlvc("prepare", *args, "--yes")
    assert done.code == 0, done.err


@pytest.mark.parametrize("kind", ["linking", "copying"])
def test_what_is_prepared_goes_live_and_what_it_replaces_is_ready_in_its_turn(
    kind: str, request: pytest.FixtureRequest
) -> None:
    project: Project = request.getfixturevalue(kind)
    live = {name: (project.path / name).stat().st_ino for name in ("model", "table")}
    prepared(project)
    ready = {"model" if p.is_dir() else "table": p.stat().st_ino for p in kept(project, "ready")}
    assert ready.keys() == live.keys()
    assert "3 files, prepared" not in (plan := project.mlvc("rollback", "--dry-run", "--yes").out)
    assert plan.count(", prepared") == 2
    roll_back(project, "2.0.0")
    assert {name: (project.path / name).stat().st_ino for name in live} == ready
    assert project.read("model/a") == project.read("table") == "two\n"
    assert {p.stat().st_ino for p in kept(project, "ready")} == set(live.values())
    roll_back(project, "3.0.0")
    assert {name: (project.path / name).stat().st_ino for name in live} == live
    assert_settled(project)


@pytest.mark.parametrize("damage", ["changed", "more", "less"])
def test_a_prepared_tree_that_was_touched_never_goes_live(linking: Project, damage: str) -> None:
    prepared(linking, "2.0.0")
    tree = folder(kept(linking, "ready"))
    if damage == "changed":
        (tree / "a").unlink()
        (tree / "a").write_text("2wo\n")
    elif damage == "more":
        (tree / "evil").touch()
    else:
        (tree / "b").unlink()
    roll_back(linking, "2.0.0")
    assert linking.read("model/a") == "two\n"
    assert sorted(p.name for p in (linking.path / "model").iterdir()) == ["a", "b"]


def test_a_rollback_leaves_the_other_prepared_trees_alone(linking: Project) -> None:
    prepared(linking, "1.0.0", "2.0.0")
    before = {p: p.stat().st_ino for p in kept(linking, "ready")}
    assert len(before) == 4
    roll_back(linking, "2.0.0")
    after = {p: p.stat().st_ino for p in kept(linking, "ready")}
    assert len(before.items() & after.items()) == 2
    model = folder([p for p in before if before[p] == after.get(p)])
    roll_back(linking, "1.0.0")
    assert (linking.path / "model").stat().st_ino == before[model]


def test_preparing_twice_makes_nothing_twice(linking: Project) -> None:
    first = answer(linking, "prepare", "2.0.0")
    assert first["prepared"] == {"m@v2.0.0": ["model", "table"]}
    inodes = [p.stat().st_ino for p in kept(linking, "ready")]
    assert answer(linking, "prepare", "m@v2.0.0")["prepared"] == {"m@v2.0.0": []}
    assert [p.stat().st_ino for p in kept(linking, "ready")] == inodes


def test_the_spare_of_a_rollback_becomes_what_is_ready(linking: Project) -> None:
    inode = (linking.path / "model").stat().st_ino
    roll_back(linking, "1.0.0")
    assert folder(kept(linking, "spare")).stat().st_ino == inode
    prepared(linking, "3.0.0")
    assert folder(kept(linking, "ready")).stat().st_ino == inode
    assert kept(linking, "spare") == []


def test_copies_are_made_after_asking_only(copying: Project) -> None:
    refused = copying.mlvc("prepare")
    assert (refused.code, kept(copying, "ready")) == (1, [])
    assert "this takes 13 B of disk\n" in refused.err and "--yes" in refused.err
    prepared(copying)
    assert len(kept(copying, "ready")) == 2


def test_what_finds_no_room_is_refused_before_anything_is_written(
    copying: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Opened.find(copying.path)
    monkeypatch.setattr(f"{MAKING}.shutil.disk_usage", lambda _: type("Usage", (), {"free": 12}))
    with pytest.raises(MlvcError, match="takes 13 bytes of disk, and 12 are free"):
        prepare(project, wanted(project, ["2.0.0"]))
    assert kept(copying, "ready") == []


@pytest.mark.parametrize(("place", "when"), [("planted", "after"), ("sync_filesystems", "after")])
def test_a_kill_leaves_nothing_that_counts_or_stays(
    linking: Project, place: str, when: str
) -> None:
    before = visible(linking)
    killed = strike(linking, f"{MAKING}:{place}", when, "SIGKILL", "prepare")
    assert killed.code == -signal.SIGKILL
    assert kept(linking, "ready") == []
    assert linking.mlvc("recover").code == 0
    assert_nothing_left(linking)
    prepared(linking)
    assert len(kept(linking, "ready")) == 2
    assert visible(linking) == before


@pytest.mark.parametrize(("how", "code"), [("ENOSPC", 1), ("SIGTERM", 143)])
def test_a_full_disk_or_a_signal_leaves_nothing(linking: Project, how: str, code: int) -> None:
    failed = strike(linking, f"{MAKING}:sync_filesystems", "before", how, "prepare")
    assert (failed.code, kept(linking, "ready")) == (code, [])
    assert "Traceback" not in failed.err
    assert_nothing_left(linking)


@pytest.mark.parametrize("release", ["1.0.0", "3.0.0"])  # of which there is a spare tree
def test_a_release_that_could_not_be_made_ready_is_not_called_so(
    linking: Project, release: str
) -> None:
    roll_back(linking, "2.0.0")
    spare = kept(linking, "spare")
    failed = strike(linking, f"{MAKING}:sync_filesystems", "before", "ENOSPC", "prepare", release)
    assert failed.code == 1, failed
    assert (kept(linking, "spare"), kept(linking, "ready")) == (spare, [])
    dropped = linking.mlvc("prepare", "--drop", release)
    assert (dropped.code, f"m@v{release} is not prepared" in dropped.err) == (13, True), dropped


@pytest.mark.parametrize(("place", "when"), [("_move", "after"), ("Kept.claim", "before")])
def test_trees_that_a_kill_left_unclaimed_go_with_the_next_run(
    linking: Project, place: str, when: str
) -> None:
    killed = strike(linking, f"{MAKING}:{place}", when, "SIGKILL", "prepare", "1.0.0")
    assert killed.code == -signal.SIGKILL
    assert linking.mlvc("recover").code == 0
    prepared(linking, "2.0.0")
    inodes = {p.stat().st_ino for p in kept(linking, "ready")}
    roll_back(linking, "2.0.0")
    assert {(linking.path / name).stat().st_ino for name in ("model", "table")} == inodes
    roll_back(linking, "1.0.0")
    assert_settled(linking)


def test_only_one_is_at_work_at_a_time(linking: Project) -> None:
    from mlvc.workspace.lock import locked

    with locked(linking.path / ".git/mlvc/lock"):
        assert linking.mlvc("prepare").code == 11
    assert kept(linking, "ready") == []


def test_a_failed_rollback_puts_the_prepared_tree_back(linking: Project) -> None:
    prepared(linking)
    inodes = [p.stat().st_ino for p in kept(linking, "ready")]
    failed = strike(
        linking, "mlvc.workspace.transaction:apply", "after", "ENOSPC", "rollback", "2.0.0"
    )
    assert failed.code == 1
    assert [p.stat().st_ino for p in kept(linking, "ready")] == inodes
    roll_back(linking, "2.0.0")
    assert (linking.path / "model").stat().st_ino in inodes


def test_what_is_no_release_or_cannot_be_gone_back_to_is_refused(linking: Project) -> None:
    for name, code, says in (
        ("9.9.9", 13, "no release v9.9.9"),
        ("HEAD", 13, "is no release"),
    ):
        done = linking.mlvc("prepare", name)
        assert (done.code, says in done.err) == (code, True), done.err
    assert kept(linking, "ready") == []


def test_what_is_live_is_known_after_links_to_objects_that_it_shares(linking: Project) -> None:
    roll_back(linking, "2.0.0")  # since then the tree is known
    prepared(linking, "1.0.0")
    seen = census(linking.path / "model")
    assert seen and seen.files["b"][4] > seen.files["a"][4]  # the object of `b` is in both
    known = Opened.find(linking.path).memo.tree(seen)
    assert known and known.digest.endswith(".dir")


def test_where_there_is_nothing_to_go_back_to_prepare_names_itself(project: Project) -> None:
    assert project.mlvc("tag").code == 0
    for args in ((), ("model",), ("--model", "model")):
        done = project.mlvc("prepare", *args)
        assert done.code == 13 and "no last good release of model" in done.err
        assert "`mlvc prepare REV`" in done.err and "rollback" not in done.err
    assert "`mlvc rollback REV`" in project.mlvc("rollback").err
