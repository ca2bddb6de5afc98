"""What is remembered, and when it is not believed."""

import errno
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlvc.errors import MlvcError
from mlvc.workspace import planting, proofs
from mlvc.workspace.census import Census, census, stamp
from mlvc.workspace.linking import link_remembering
from mlvc.workspace.memo import Folder, Memo, Tree
from mlvc.workspace.planting import Made, Planter, weed
from mlvc.workspace.proofs import Proof, Proofs
from mlvc.workspace.tables import VERSION
from tests.workspace.disk import linked, plant, snapshot

PROOF = Proof((1, 2, 3, 4, 5), "ab")


def look(path: Path) -> Census:
    found = census(path)
    assert found is not None
    return found


def test_a_proof_is_known_to_later_runs_once_it_is_saved(tmp_path: Path) -> None:
    memo = Memo(tmp_path / "mlvc/memo.sqlite")
    memo.prove({"md5:1": PROOF})
    assert memo.proofs(["md5:1", "md5:2"]) == {"md5:1": PROOF}
    assert Memo(tmp_path / "mlvc/memo.sqlite").proofs(["md5:1"]) == {}
    memo.save([tmp_path])
    assert Memo(tmp_path / "mlvc/memo.sqlite").proofs(["md5:1", "md5:2"]) == {"md5:1": PROOF}


def saved(path: Path, proofs: Proofs) -> None:
    memo = Memo(path)
    memo.prove(proofs)
    memo.save([])


def test_of_what_was_proven_again_and_again_the_latest_counts(tmp_path: Path) -> None:
    path, digests = tmp_path / "memo.sqlite", [f"md5:{number:032x}" for number in range(8000)]
    expected: Proofs = {}
    # By turns few, which are rows, and many, which are a sheet, over each other and beside.
    spans = [(0, 4000), (3990, 4010), (2000, 6000), (10, 20), (0, 4000), (5, 15), (1990, 2010)]
    for number, (first, last) in enumerate(spans):
        late = {one: Proof((1, i, number, -3, 2**62), "") for i, one in enumerate(digests)}
        late = {one: late[one] for one in digests[first:last]}
        saved(path, late)
        expected |= late
        for some in (digests, digests[::40], digests[:7], digests[7000:]):
            assert Memo(path).proofs(some) == {d: expected[d] for d in some if d in expected}


def written(path: Path, spans: list[tuple[int, int]]) -> Proofs:
    """Save proofs of spans of objects, one after the other; the latest of each."""
    expected: Proofs = {}
    for number, (first, count) in enumerate(spans):
        late = {f"md5:{i}": Proof((i, number, 0, 0, 0)) for i in range(first, first + count)}
        saved(path, late)
        expected |= late
    return expected


@settings(max_examples=40, deadline=None)
@given(
    spans=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), max_size=9),
    asked=st.sets(st.integers(0, 17)),
)
def test_the_memo_is_a_dictionary(spans: list[tuple[int, int]], asked: set[int]) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(proofs, "SHEET", 3)
        patch.setattr(proofs, "_LARGEST", 4)
        path = Path(folder, "memo.sqlite")
        expected = written(path, spans)
        wanted = {f"md5:{i}" for i in asked}
        found = Memo(path).proofs(wanted)
        assert found == {digest: expected[digest] for digest in wanted & expected.keys()}


def test_a_sheet_goes_when_a_later_one_has_all_of_it(tmp_path: Path) -> None:
    path, digests = tmp_path / "memo.sqlite", [f"md5:{number:032x}" for number in range(4000)]
    for number in range(4):
        for some in (digests[: 2000 + number], digests[2000:], digests[1000:3000]):
            saved(path, dict.fromkeys(some, PROOF))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM sheets").fetchone() == (3,)
        assert connection.execute("SELECT count(*) FROM objects").fetchone() == (0,)


def test_there_is_an_end_to_the_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "SHEET", 2)
    for number in range(300):
        saved(tmp_path / "memo.sqlite", {f"md5:{number}": PROOF, "md5:a": PROOF})
    every = [f"md5:{number}" for number in range(300)]
    assert Memo(tmp_path / "memo.sqlite").proofs(every).keys() == set(every[-256:])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 5)), max_size=25))
def test_what_was_forgotten_lets_nothing_older_come_back(spans: list[tuple[int, int]]) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(proofs, "SHEET", 3)
        patch.setattr(proofs, "_SHEETS", 2)
        path = Path(folder, "memo.sqlite")
        expected = written(path, spans)
        found = Memo(path).proofs(expected.keys())
        assert found.items() <= expected.items()


def test_what_is_known_of_folders_goes_with_the_sheet_of_an_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proofs, "SHEET", 2)
    monkeypatch.setattr(proofs, "_SHEETS", 2)
    path = tmp_path / "memo.sqlite"
    memo = Memo(path)
    memo.prove_folder("md5:f.dir", Folder("cd", ("md5:1",)))
    memo.prove({"md5:1": PROOF, "md5:2": PROOF})
    memo.save([])
    for number in (3, 5):
        assert Memo(path).folder("md5:f.dir") is not None
        saved(path, {f"md5:{number}": PROOF, f"md5:{number + 1}": PROOF})
    assert Memo(path).folder("md5:f.dir") is None


def test_where_nothing_can_be_written_what_was_proven_is_believed_in_this_run(
    tmp_path: Path,
) -> None:
    (tmp_path / "memo.sqlite").mkdir()
    memo = Memo(tmp_path / "memo.sqlite")
    memo.prove({f"md5:{number}": PROOF for number in range(2000)})
    full = [memo.is_full]
    memo.save([])
    assert [*full, memo.is_full] == [True, False]
    assert len(memo.proofs([f"md5:{number}" for number in range(2000)])) == 2000


def test_a_blind_memo_keeps_what_this_run_has_proven(tmp_path: Path) -> None:
    memo = Memo(tmp_path / "memo.sqlite")
    memo.forget()
    memo.prove({f"md5:{number}": PROOF for number in range(2000)})
    assert not memo.is_full
    for _ in range(2):
        memo.save([])
        memo.let_go(["md5:1"])
        assert memo.proofs(["md5:1"]) == {"md5:1": PROOF}
    assert Memo(tmp_path / "memo.sqlite").proofs(["md5:1"]) == {"md5:1": PROOF}


@pytest.mark.parametrize("sheet", [1, 1000])
def test_a_stamp_that_sqlite_could_not_hold_is_forgotten_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sheet: int
) -> None:
    monkeypatch.setattr(proofs, "SHEET", sheet)
    memo = Memo(tmp_path / "memo.sqlite")
    memo.prove({"md5:1": PROOF, "md5:2": Proof((1, 2**63, 3, 4, 5), "")})
    memo.save([])
    assert Memo(tmp_path / "memo.sqlite").proofs(["md5:1", "md5:2"]) == {"md5:1": PROOF}
    saved(tmp_path / "memo.sqlite", {"md5:2": Proof((1, 2**63, 3, 4, 5), "")})
    assert Memo(tmp_path / "memo.sqlite").proofs(["md5:1", "md5:2"]) == {"md5:1": PROOF}


@pytest.mark.parametrize("change", ["digests = 'md5:1 md5:2'", "stamps = x'00'", "sums = NULL"])
def test_a_sheet_that_is_not_as_it_was_written_proves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr(proofs, "SHEET", 1)
    path = tmp_path / "memo.sqlite"
    saved(path, {"md5:1": PROOF})
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE sheets SET {change}")
    assert Memo(path).proofs(["md5:1"]) == {}
    saved(path, {"md5:1": PROOF})
    assert Memo(path).proofs(["md5:1"]) == {"md5:1": PROOF}


def test_what_two_processes_prove_at_once_is_all_kept(tmp_path: Path) -> None:
    one, other = Memo(tmp_path / "memo.sqlite"), Memo(tmp_path / "memo.sqlite")
    assert one.proofs(["md5:1"]) == other.proofs(["md5:1"]) == {}
    one.prove({"md5:1": PROOF})
    other.prove({"md5:2": PROOF})
    one.save([])
    other.save([])
    assert Memo(tmp_path / "memo.sqlite").proofs(["md5:1", "md5:2"]).keys() == {"md5:1", "md5:2"}


@pytest.mark.parametrize("damage", [b"", b"no database at all, but long enough" * 100])
def test_a_damaged_memo_remembers_nothing_and_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "memo.sqlite"
    path.write_bytes(damage)
    memo = Memo(path)
    assert memo.proofs(["md5:1"]) == {}
    for _ in range(2):
        memo.prove({"md5:1": PROOF})
        memo.save([])
    assert Memo(path).proofs(["md5:1"]) == {"md5:1": PROOF}


@pytest.mark.parametrize("other", [VERSION - 1, VERSION + 1])
@pytest.mark.parametrize(
    "change", ["", "DROP TABLE objects; CREATE TABLE objects (digest PRIMARY KEY, size)"]
)
def test_what_another_version_remembered_is_forgotten(
    tmp_path: Path, other: int, change: str
) -> None:
    path = tmp_path / "memo.sqlite"
    memo = Memo(path)
    memo.prove({"md5:1": PROOF})
    memo.write_note("key", "value")
    memo.save([])
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"{change}; PRAGMA user_version = {other}")
    memo = Memo(path)
    memo.prove({"md5:2": PROOF})
    memo.save([])
    memo.write_note("mine", "value")
    later = Memo(path)
    assert later.proofs(["md5:1", "md5:2"]) == {"md5:2": PROOF}
    assert (later.note("key"), later.note("mine")) == (None, "value")


def test_a_blind_memo_believes_no_earlier_proof(tmp_path: Path) -> None:
    plant(tmp_path, {"tree/a": b"1"})
    memo = Memo(tmp_path / "memo.sqlite")
    memo.prove({"md5:1": PROOF})
    memo.prove_tree(look(tmp_path / "tree"), "md5:1.dir")
    memo.save([])
    later = Memo(tmp_path / "memo.sqlite")
    assert later.tree(look(tmp_path / "tree"))
    later.forget()
    assert later.proofs(["md5:1"], anyway=True) == {"md5:1": PROOF}
    assert later.proofs(["md5:1"]) == {}
    assert later.tree(look(tmp_path / "tree")) is None


@pytest.mark.parametrize("change", ["content", "name", "new", "gone"])
def test_a_tree_that_anyone_changed_is_not_believed(tmp_path: Path, change: str) -> None:
    plant(tmp_path, {"tree/sub/a": b"one", "tree/b": b"two"})
    memo = Memo(tmp_path / "memo.sqlite")
    memo.prove_tree(look(tmp_path / "tree"), "md5:1.dir", "cd")
    known = memo.tree(look(tmp_path / "tree"))
    assert known and (known.digest, known.sha256) == ("md5:1.dir", "cd")
    _change(tmp_path / "tree", change)
    assert memo.tree(look(tmp_path / "tree")) is None


def _change(tree: Path, change: str) -> None:
    file = tree / "sub/a"
    if change == "content":
        # Size and time are as they were: the ctime tells.
        times = file.stat()
        file.write_bytes(b"eno")
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    elif change == "name":
        file.rename(tree / "sub/c")
    elif change == "new":
        (tree / "sub/new").touch()
    else:
        file.unlink()


def test_links_and_what_is_no_file_are_told_from_files(tmp_path: Path) -> None:
    plant(tmp_path, {"tree/a": b"1", "tree/b": b"-> a", "tree/c": b"-> nowhere"})
    found = look(tmp_path / "tree").files
    assert found["b"][:5] == found["a"]
    assert found["b"] != found["a"]
    assert found["c"] == (0,)
    assert look(tmp_path / "tree/a").files == {"": found["a"]}
    assert census(tmp_path / "nothing") is None


def test_our_own_links_leave_a_proof_valid(tmp_path: Path) -> None:
    plant(tmp_path, {"object": b"1"})
    first = stamp((tmp_path / "object").lstat())
    made = Planter(["hardlink"]).plant(
        [(f"{tmp_path}/{n}/x", f"{tmp_path}/object", first) for n in ("a", "b")]
    )
    assert made == Made("hardlink", ())
    now = stamp((tmp_path / "object").lstat())
    gone = weed(str(tmp_path), [(f"{tmp_path}/{n}/x", f"{tmp_path}/object", now) for n in "ab"])
    assert list(gone.values()) == [stamp((tmp_path / "object").lstat())]
    assert snapshot(tmp_path).keys() == {"object"}


def test_an_empty_file_among_links_is_a_copy_and_named_as_one(tmp_path: Path) -> None:
    plant(tmp_path, {"full": b"1", "empty": b""})
    files = [
        (f"{tmp_path}/x/{name}", f"{tmp_path}/{name}", stamp((tmp_path / name).lstat()))
        for name in ("full", "empty")
    ]
    assert Planter(["hardlink"]).plant(files) == Made("hardlink", (f"{tmp_path}/x/empty",))


def test_an_object_that_changed_since_it_was_proven_is_not_planted(tmp_path: Path) -> None:
    plant(tmp_path, {"object": b"1"})
    proven = stamp((tmp_path / "object").lstat())
    (tmp_path / "object").write_bytes(b"2")
    with pytest.raises(MlvcError, match="changed by someone else"):
        Planter(["copy"]).plant([(f"{tmp_path}/x", f"{tmp_path}/object", proven)])
    with pytest.raises(MlvcError, match="changed by someone else"):
        Planter(["copy"]).plant([(f"{tmp_path}/x", f"{tmp_path}/object", None)])
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("content", ["other", None])
@pytest.mark.parametrize("types", [["copy"], ["reflink", "copy"], ["hardlink", "copy"]])
def test_an_object_that_changes_while_it_is_copied_is_not_taken_for_proven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, types: list[str], content: str | None
) -> None:
    file = tmp_path / "object"
    file.write_text("right")
    proven = stamp(file.lstat())

    def disturbed(source: Path, destination: Path, types: list[str]) -> str:
        kind = link_remembering(source, destination, types)
        file.write_text(content) if content else file.unlink()
        return kind

    def used_up(*_: object) -> None:
        raise OSError(errno.EMLINK, "")

    monkeypatch.setattr(os, "link", used_up)
    monkeypatch.setattr(planting, "link_remembering", disturbed)
    with pytest.raises(MlvcError, match="changed by someone else"):
        Planter(types).plant([(f"{tmp_path}/x", str(file), proven)])


def test_a_linked_file_is_no_copy(tmp_path: Path) -> None:
    plant(tmp_path, {"object": b"1"})
    file = linked(tmp_path / "x", {"": tmp_path / "object"}, ["hardlink", "copy"])
    assert file.samefile(tmp_path / "object")


def test_what_was_changed_just_now_may_change_again_unseen(tmp_path: Path) -> None:
    plant(tmp_path, {"tree/a": b"one"})
    assert not look(tmp_path / "tree").is_settled
    time.sleep(0.05)
    assert look(tmp_path / "tree").is_settled
    (tmp_path / "tree/b").symlink_to("a")
    assert not look(tmp_path / "tree").is_settled


@pytest.mark.parametrize("sheet", [1, 1000])
def test_a_folder_is_known_until_one_of_its_objects_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sheet: int
) -> None:
    def after(proof: Proof) -> Folder | None:
        saved(tmp_path / "memo.sqlite", {"md5:1": proof})
        return Memo(tmp_path / "memo.sqlite").folder("md5:f.dir")

    monkeypatch.setattr(proofs, "SHEET", sheet)
    memo = Memo(tmp_path / "memo.sqlite")
    memo.prove({"md5:1": Proof((1, 2, 3, 4, 5), "")})
    memo.prove_folder("md5:f.dir", known := Folder("cd", ("md5:1",)))
    memo.save([])
    assert after(PROOF) == known  # that its SHA-256 is known now makes it no other
    assert after(Proof((1, 2, 3, 4, 6), "ab")) == known
    assert after(Proof((1, 2, 3, 4, 6), "ef")) is None


def test_what_was_proven_before_is_followed_for_later_runs_alone(tmp_path: Path) -> None:
    plant(tmp_path, {"a": b"1"})
    path, file = tmp_path / "memo.sqlite", tmp_path / "a"
    memo = Memo(path)
    memo.prove({"md5:1": PROOF})
    memo.prove_tree(look(file), "md5:1")
    memo.save([])
    blind = Memo(path)
    blind.forget()
    before = look(file)
    after = look(file.rename(tmp_path / "b"))
    blind.follow_tree(Tree("md5:1", "", before.fingerprint), before, after)
    blind.restamp({"md5:1": Proof((9, 9, 9, 9, 9), PROOF.sha256)})
    assert (blind.tree(after), blind.proofs(["md5:1"])) == (None, {})
    assert blind.tree(after, anyway=True) == Tree("md5:1", "", after.fingerprint)
    blind.save([])
    assert (blind.tree(after), blind.proofs(["md5:1"])) == (None, {})
    later = Memo(path)
    assert later.tree(after) == Tree("md5:1", "", after.fingerprint)
    assert later.proofs(["md5:1"]) == {"md5:1": Proof((9, 9, 9, 9, 9), PROOF.sha256)}


def test_what_is_proven_again_counts_before_what_was_followed(tmp_path: Path) -> None:
    memo = Memo(tmp_path / "memo.sqlite")
    memo.forget()
    late = Proof((9, 9, 9, 9, 9))
    memo.restamp({"md5:1": PROOF, "md5:2": PROOF})
    memo.prove({"md5:1": late})
    memo.save([])
    assert memo.proofs(["md5:1", "md5:2"]) == {"md5:1": late}
    assert Memo(tmp_path / "memo.sqlite").proofs(["md5:1", "md5:2"]) == {
        "md5:1": late,
        "md5:2": PROOF,
    }


def test_a_blind_memo_believes_nothing_of_folders(tmp_path: Path) -> None:
    memo = Memo(tmp_path / "memo.sqlite")
    memo.prove_folder("md5:f.dir", Folder("cd", ("md5:1",)))
    memo.save([])
    later = Memo(tmp_path / "memo.sqlite")
    later.forget()
    assert later.folder("md5:f.dir") is None


def test_nothing_is_synced_where_nothing_was_proven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memo = Memo(tmp_path / "memo.sqlite")
    monkeypatch.setattr("mlvc.workspace.memo.sync_filesystems", None)
    memo.prove({})
    memo.save([tmp_path])
    assert not (tmp_path / "memo.sqlite").exists()
