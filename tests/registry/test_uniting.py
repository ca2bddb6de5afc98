"""The records of two clones become one: nothing is lost, and nobody needs force."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from mlvc.domain.evaluation import Evaluation
from mlvc.registry.evaluations import read, read_many, record
from mlvc.registry.git import Git
from mlvc.registry.recording import REF
from mlvc.registry.uniting import merge, unite
from tests.project import PYTHON, Project, run
from tests.registry.test_evaluations import ONE, objects, put

THEIRS = "refs/mlvc/remotes/origin/evaluations"
FETCH = ("fetch", "--quiet", "origin", f"+{REF}:{THEIRS}")


def made(number: int) -> Evaluation:
    return replace(ONE, id=f"{number:04}", model_digest=f"md5:{number % 50:02}{'0' * 30}")


@pytest.fixture
def clones(tmp_path: Path) -> tuple[Git, Git]:
    """Two clones of one bare repository, which has ten evaluations; so have they."""
    hub = Project(tmp_path)
    hub.git("init", "--quiet", "--bare", "hub")
    found = []
    for name in ("one", "two"):
        run("git", "clone", "--quiet", "hub", name, cwd=tmp_path)
        found.append(Git(tmp_path / name))
    one, two = found
    record(one, map(made, range(10)))
    one.write("push", "--quiet", "origin", REF)
    two.write(*FETCH)
    unite(two)
    return one, two


def paths(git: Git) -> set[str]:
    return set(git.text("ls-tree", "-r", "--name-only", REF).splitlines())


def test_where_nothing_was_fetched_it_costs_one_process(
    clones: tuple[Git, Git], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Git, "holds", None)
    monkeypatch.setattr(Git, "plumb", None)
    assert unite(clones[0]) == ()


def test_a_clone_without_a_record_has_that_of_the_other_afterwards(
    clones: tuple[Git, Git],
) -> None:
    one, two = clones
    assert two.text("rev-parse", REF) == one.text("rev-parse", REF)
    assert unite(two) == ()


def test_both_have_all_and_push_without_force(clones: tuple[Git, Git]) -> None:
    one, two = clones
    record(one, map(made, range(100, 160)))
    record(two, map(made, range(200, 240)))
    record(two, map(made, range(240, 260)))
    two.write("push", "--quiet", "origin", REF)
    one.write(*FETCH)
    ours = one.text("rev-parse", REF)
    assert unite(one) == (("origin", 60),)
    assert one.text("log", "-1", "--format=%s|%P", REF) == (
        f"Unite with origin|{ours} {two.text('rev-parse', REF)}"
    )
    wanted = {made(n).id for n in (*range(10), *range(100, 160), *range(200, 260))}
    assert {e.id for e in read(one)} == wanted
    one.write("push", "--quiet", "origin", REF)
    two.write(*FETCH)
    assert unite(two) == (("origin", 60),)
    assert one.text("rev-parse", REF) == two.text("rev-parse", REF)
    for git in clones:
        assert git.text("fsck", "--strict", "--no-dangling") == ""


def test_what_is_contained_already_changes_nothing(clones: tuple[Git, Git]) -> None:
    one, two = clones
    record(two, [made(11)])
    tip = two.text("rev-parse", REF)
    before = objects(two)
    assert unite(two) == ()
    assert two.text("rev-parse", REF) == tip and objects(two) == before
    del one


def test_records_that_began_apart_are_united(clones: tuple[Git, Git], tmp_path: Path) -> None:
    run("git", "init", "--quiet", "third", cwd=tmp_path)
    third = Git(tmp_path / "third")
    record(third, [made(77)])
    third.write(
        "fetch", "--quiet", str(clones[0].cwd), f"{REF}:refs/mlvc/remotes/a/\udce9/evaluations"
    )
    assert unite(third) == (("a/\udce9", 10),)
    assert len(read(third)) == 11


def test_what_was_fetched_is_read_before_it_is_united(clones: tuple[Git, Git]) -> None:
    one, two = clones
    record(one, [made(42)])
    record(two, [replace(made(42), id="ff")])
    two.write("fetch", "--quiet", str(one.cwd), f"+{REF}:{THEIRS}")
    digest = made(42).model_digest
    assert {e.id for e in read(two, digest)} == {"ff", "0042"}
    assert {e.id for e in read_many(two, [digest, "md5:00"])[digest]} == {"ff", "0042"}
    assert len(read(two)) == 12


def test_who_deletes_evaluations_in_a_commit_of_their_own_deletes_none_here(
    clones: tuple[Git, Git],
) -> None:
    one, two = clones
    before = paths(two)
    index = {"GIT_INDEX_FILE": str(one.cwd / "index")}
    one.write("read-tree", REF, env=index)
    one.write("rm", "-r", "--quiet", "--cached", ".", env=index)
    tree = one.write("write-tree", env=index)
    one.write("update-ref", REF, one.write("commit-tree", "-p", REF, "-m", "gone", tree))
    record(one, [made(33)])
    two.write("fetch", "--quiet", str(one.cwd), f"+{REF}:{THEIRS}")
    assert unite(two) == (("origin", 1),)
    assert paths(two) == before | {made(33).path()}


def test_ours_stays_where_a_stranger_wrote_one_anew(
    clones: tuple[Git, Git], caplog: pytest.LogCaptureFixture
) -> None:
    one, two = clones
    put(one, made(3).path(), made(3).to_json().replace(b"0.5", b"0.9"))
    record(one, [made(44)])
    two.write("fetch", "--quiet", str(one.cwd), f"+{REF}:{THEIRS}")
    assert unite(two) == (("origin", 1),)
    assert read(two, made(3).model_digest) == (made(3),)
    (note,) = [entry.getMessage() for entry in caplog.records]
    assert made(3).path() in note and "stays" in note


@pytest.mark.parametrize(
    ("path", "mode"),
    [
        ("readme", "100644"),
        (f"ab/{'cd' * 16}/{'cd' * 32}-00.json", "100644"),
        (f"ab/{'ab' * 16}/ef/{'cd' * 32}-00.json", "100644"),
        (f"ab/{'ab' * 16}/{'cd' * 32}-\x1b[2J.json", "100644"),
        (ONE.path(), "120000"),
        (ONE.path(), "100755"),
    ],
)
def test_what_is_no_evaluation_is_not_taken_over(
    clones: tuple[Git, Git], caplog: pytest.LogCaptureFixture, path: str, mode: str
) -> None:
    one, two = clones
    put(one, path, ONE.to_json(), mode)
    record(one, [made(44)])
    before = paths(two)
    two.write("fetch", "--quiet", str(one.cwd), f"+{REF}:{THEIRS}")
    assert unite(two) == (("origin", 1),)
    assert paths(two) == before | {made(44).path()}
    (note,) = [entry.getMessage() for entry in caplog.records]
    assert "is no evaluation" in note and note.isprintable()


def test_a_ref_that_is_no_record_stops_nobody(
    clones: tuple[Git, Git], caplog: pytest.LogCaptureFixture
) -> None:
    _, two = clones
    blob = two.write("hash-object", "-w", "--stdin", data=b"x")
    two.write("update-ref", "refs/mlvc/remotes/odd/evaluations", blob)
    assert unite(two) == ()
    assert read(two, made(3).model_digest) == (made(3),)
    assert "odd" in caplog.text


def test_its_work_is_told_by_the_difference(clones: tuple[Git, Git]) -> None:
    one, two = clones
    record(one, map(made, range(1000, 1400)))
    two.write("fetch", "--quiet", str(one.cwd), f"+{REF}:{THEIRS}")
    unite(two)
    record(one, [made(5000)])
    record(two, [made(5001)])
    two.write("fetch", "--quiet", str(one.cwd), f"+{REF}:{THEIRS}")
    before = objects(two)
    unite(two)
    new = sorted(two.text("cat-file", "-t", one) for one in objects(two) - before)
    assert new == ["commit", "tree"]


WRITER = """\
import sys
from pathlib import Path
from mlvc.registry.git import Git
from mlvc.registry.uniting import unite

unite(Git(Path(sys.argv[1])))
"""


def test_two_that_unite_while_a_third_appends_lose_nothing(clones: tuple[Git, Git]) -> None:
    one, two = clones
    record(one, map(made, range(100, 150)))
    two.write("fetch", "--quiet", str(one.cwd), f"+{REF}:{THEIRS}")
    writers = [subprocess.Popen([PYTHON, "-I", "-c", WRITER, str(two.cwd)]) for _ in range(2)]
    for number in range(200, 220):
        record(two, [made(number)])
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    wanted = {made(n).id for n in (*range(10), *range(100, 150), *range(200, 220))}
    assert {e.id for e in read(two)} == wanted == {Path(p).stem[-4:] for p in paths(two)}
    assert merge(two, two.text("rev-parse", THEIRS), "origin") is None
