"""Evaluations in Git: nothing is lost, nothing malformed gets in the way."""

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from mlvc.domain.evaluation import Evaluation, choose
from mlvc.errors import Exit, MlvcError
from mlvc.registry import evaluations
from mlvc.registry.evaluations import REF, read, record
from mlvc.registry.git import Git
from tests.project import PYTHON, Project

ONE = Evaluation(
    id="0a",
    at=1.0,
    model="model",
    model_digest="md5:" + "ab" * 16,
    release="model@v0.1.0",
    evaluator_digest="sha256:" + "cd" * 32,
    evaluator_revision="e" * 40,
    metrics={"accuracy": 0.5},
)

# Records ten evaluations of its own, as fast as it can.
WRITER = """\
import sys
from dataclasses import replace
from pathlib import Path
from mlvc.domain.evaluation import Evaluation
from mlvc.registry.evaluations import record
from mlvc.registry.git import Git

one = Evaluation.from_json(sys.stdin.buffer.read())
sys.stdin.close()
for number in range(10):
    record(Git(Path(sys.argv[1])), replace(one, id=f"{sys.argv[2]}{number:02}"))
"""


@pytest.fixture
def git(tmp_path: Path) -> Git:
    project = Project(tmp_path)
    project.git("init", "--quiet")
    return Git(tmp_path)


@pytest.fixture(autouse=True)
def noted_anew() -> None:
    evaluations._note.cache_clear()


def blobs(git: Git) -> list[str]:
    return git.text("ls-tree", "-r", "--name-only", REF).splitlines()


def put(git: Git, path: str, data: bytes, mode: str = "100644") -> None:
    """What a stranger pushes."""
    blob = git.write("hash-object", "-w", "--stdin", data=data)
    index = {"GIT_INDEX_FILE": str(git.cwd / "index")}
    tip = git.maybe("rev-parse", "-q", "--verify", REF)
    git.write("read-tree", tip or "--empty", env=index)
    git.write("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}", env=index)
    tree = git.write("write-tree", env=index)
    parents = ["-p", tip] if tip else []
    git.write("update-ref", REF, git.write("commit-tree", *parents, "-m", "stranger", tree))


def test_where_nothing_was_recorded_there_is_nothing(git: Git) -> None:
    assert read(git) == ()


def test_each_record_is_one_commit_with_one_more_blob(git: Git) -> None:
    two = replace(ONE, id="0b", model_digest="md5:" + "12" * 16 + ".dir")
    record(git, ONE)
    record(git, two)
    name = f"{'cd' * 32}-%s.json"
    assert blobs(git) == [f"12/{'12' * 16}/{name % '0b'}", f"ab/{'ab' * 16}/{name % '0a'}"]
    assert git.text("rev-list", "--count", REF) == "2"
    assert git.text("log", "-1", "--format=%s", REF) == "Evaluate model@v0.1.0"
    assert list(read(git)) == [two, ONE]
    assert read(git, ONE.model_digest) == (ONE,)
    assert git.text("fsck", "--strict") == ""
    assert git.text("for-each-ref", "--format=%(refname)") == REF


def test_the_users_index_and_head_have_no_part_in_it(git: Git) -> None:
    head = (git.cwd / ".git/HEAD").read_bytes()
    record(git, ONE)
    assert not (git.cwd / ".git/index").exists()
    assert (git.cwd / ".git/HEAD").read_bytes() == head


def test_four_processes_at_once_lose_nothing(git: Git) -> None:
    writers = [
        subprocess.Popen(
            [PYTHON, "-I", "-c", WRITER, str(git.cwd), f"{number:02}"],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for number in range(4)
    ]
    for writer in writers:
        assert writer.stdin
        writer.stdin.write(ONE.to_json())
        writer.stdin.close()
    for writer in writers:
        assert writer.stderr
        assert writer.wait(timeout=60) == 0, writer.stderr.read().decode()
        writer.stderr.close()
    assert {e.id for e in read(git)} == {f"{w:02}{n:02}" for w in range(4) for n in range(10)}
    assert git.text("rev-list", "--count", REF) == "40"
    assert git.text("fsck", "--strict", "--no-dangling") == ""


def test_a_lock_that_stays_is_named(git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluations, "_ATTEMPTS", 2)
    record(git, ONE)
    lock = git.cwd / ".git" / f"{REF}.lock"
    lock.touch()
    with pytest.raises(MlvcError, match=r"evaluations\.lock") as locked:
        record(git, replace(ONE, id="0b"))
    assert locked.value.code == Exit.LOCKED
    lock.unlink()
    record(git, replace(ONE, id="0b"))
    assert len(read(git)) == 2


def test_a_failure_that_is_no_lock_is_not_tried_again(git: Git) -> None:
    record(git, ONE)
    put(git, "x", b"x")
    tip = git.text("rev-parse", f"{REF}^{{tree}}")
    (git.cwd / ".git/objects" / tip[:2] / tip[2:]).unlink()
    with pytest.raises(MlvcError, match="read-tree"):
        record(git, replace(ONE, id="0b"))


def test_it_is_recorded_also_where_git_knows_nobody(
    git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    git.write("config", "user.useConfigOnly", "true")
    record(git, ONE)
    assert git.text("log", "-1", "--format=%an <%ae>", REF) == "mlvc <mlvc@localhost>"


def test_no_signature_is_asked_for(git: Git) -> None:
    git.write("config", "commit.gpgSign", "true")
    git.write("config", "gpg.program", "/bin/false")
    record(git, ONE)
    assert read(git) == (ONE,)


MISPLACED = ONE.path().replace("-0a", "-0c")


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ((MISPLACED, b"no json"), "it is not JSON"),
        ((MISPLACED, b""), "it is not JSON"),
        ((MISPLACED, b"\xff"), "it is not JSON"),
        ((MISPLACED, ONE.to_json()), "under another's name"),
        ((MISPLACED, ONE.to_json().replace(b"0.5", b"NaN")), "metrics is"),
        ((MISPLACED, ONE.to_json().replace(b'"schema":1', b'"schema":2')), "schema is '2'"),
        ((MISPLACED, b"/etc/passwd", "120000"), "it is not JSON"),
        ((f"ab/{'ab' * 16}/\x1b[2J", b"{}"), "schema"),
    ],
)
def test_a_record_that_makes_no_sense_is_left_out_with_one_note(
    git: Git, caplog: pytest.LogCaptureFixture, entry: tuple[str, bytes, str], says: str
) -> None:
    record(git, ONE)
    put(git, *entry)
    assert read(git) == (ONE,)
    assert read(git, ONE.model_digest) == (ONE,)
    (note,) = [entry.getMessage() for entry in caplog.records]
    assert says in note and REF in note and note.isprintable()
    record(git, replace(ONE, id="0b"))
    assert len(read(git)) == 2


def test_another_repository_in_the_tree_is_left_out(git: Git) -> None:
    record(git, ONE)
    index = {"GIT_INDEX_FILE": str(git.cwd / "index")}
    git.write("read-tree", REF, env=index)
    git.write("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},{MISPLACED}", env=index)
    tree = git.write("write-tree", env=index)
    git.write("update-ref", REF, git.write("commit-tree", "-p", REF, "-m", "x", tree))
    assert read(git) == (ONE,)


def test_the_lowest_time_then_the_lowest_id_counts_and_never_an_error(git: Git) -> None:
    for made in (
        replace(ONE, id="0d", at=2.0),
        replace(ONE, id="0c", at=1.0),
        replace(ONE, id="0b", at=1.0),
        replace(ONE, id="0a", at=0.5, status="ERROR", error="failed", metrics={}),
    ):
        record(git, made)
    found = read(git)
    assert [e.id for e in found] == ["0a", "0b", "0c", "0d"]
    chosen = choose(found)
    assert chosen and chosen.id == "0b"
    assert json.loads(git.read("cat-file", "blob", f"{REF}:{chosen.path()}"))["id"] == "0b"
