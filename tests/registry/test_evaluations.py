"""Evaluations in Git: nothing is lost, nothing malformed gets in the way."""

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from mlvc.domain.evaluation import Evaluation, choose
from mlvc.errors import Exit, MlvcError
from mlvc.registry import evaluations, recording
from mlvc.registry.evaluations import read, record
from mlvc.registry.git import Git
from mlvc.registry.grafts import Forest
from mlvc.registry.recording import REF
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
    record(Git(Path(sys.argv[1])), [replace(one, id=f"{sys.argv[2]}{number:02}")])
"""


@pytest.fixture
def git(tmp_path: Path) -> Git:
    project = Project(tmp_path)
    project.git("init", "--quiet")
    return Git(tmp_path)


@pytest.fixture(autouse=True)
def noted_anew() -> None:
    evaluations.note.cache_clear()


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
    record(git, [ONE])
    record(git, [two])
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
    record(git, [ONE])
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
    monkeypatch.setattr(recording, "_ATTEMPTS", 2)
    record(git, [ONE])
    lock = git.cwd / ".git" / f"{REF}.lock"
    lock.touch()
    with pytest.raises(MlvcError, match=r"evaluations\.lock") as locked:
        record(git, [replace(ONE, id="0b")])
    assert locked.value.code == Exit.LOCKED
    lock.unlink()
    record(git, [replace(ONE, id="0b")])
    assert len(read(git)) == 2


def test_a_failure_that_is_no_lock_is_not_tried_again(git: Git) -> None:
    record(git, [ONE])
    put(git, "x", b"x")
    tip = git.text("rev-parse", f"{REF}^{{tree}}")
    (git.cwd / ".git/objects" / tip[:2] / tip[2:]).unlink()
    with pytest.raises(MlvcError, match=f"{tip} is missing"):
        record(git, [replace(ONE, id="0b")])


def test_it_is_recorded_also_where_git_knows_nobody(
    git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    git.write("config", "user.useConfigOnly", "true")
    record(git, [ONE])
    assert git.text("log", "-1", "--format=%an <%ae>", REF) == "mlvc <mlvc@localhost>"


def test_no_signature_is_asked_for(git: Git) -> None:
    git.write("config", "commit.gpgSign", "true")
    git.write("config", "gpg.program", "/bin/false")
    record(git, [ONE])
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
    record(git, [ONE])
    put(git, *entry)
    assert read(git) == (ONE,)
    assert read(git, ONE.model_digest) == (ONE,)
    (note,) = [entry.getMessage() for entry in caplog.records]
    assert says in note and REF in note and note.isprintable()
    record(git, [replace(ONE, id="0b")])
    assert len(read(git)) == 2


def test_another_repository_in_the_tree_is_left_out(git: Git) -> None:
    record(git, [ONE])
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
        record(git, [made])
    found = read(git)
    assert [e.id for e in found] == ["0a", "0b", "0c", "0d"]
    chosen = choose(found)
    assert chosen and chosen.id == "0b"
    assert json.loads(git.read("cat-file", "blob", f"{REF}:{chosen.path()}"))["id"] == "0b"


def test_several_are_one_commit(git: Git) -> None:
    made = [replace(ONE, id=f"{n:02}", model_digest=f"md5:{n % 3:032}") for n in range(10)]
    record(git, made)
    assert git.text("rev-list", "--count", REF) == "1"
    assert {e.id for e in read(git)} == {e.id for e in made}
    found = evaluations.read_many(git, [f"md5:{n:032}" for n in range(4)])
    assert [len(found[f"md5:{n:032}"]) for n in range(4)] == [4, 3, 3, 0]
    record(git, [])
    assert git.text("rev-list", "--count", REF) == "1"


def test_an_append_writes_the_folders_on_its_path_and_no_other(git: Git) -> None:
    record(git, [replace(ONE, id="0a", model_digest=f"md5:{n:02x}{'0' * 30}") for n in range(99)])
    before = objects(git)
    record(git, [replace(ONE, id="0b", model_digest=f"md5:{'01' * 16}")])
    new = objects(git) - before
    kinds = sorted(git.text("cat-file", "-t", one) for one in new)
    assert kinds == ["blob", "commit", "tree", "tree", "tree"]
    assert git.text("fsck", "--strict") == ""


def test_an_append_takes_three_processes_and_one_that_stays(
    git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(git, [ONE])
    asked: list[str] = []
    popen = subprocess.Popen

    def counted(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        asked.append(next(word for word in command[1:] if word != "-c" and "=" not in word))
        return popen(command, **options)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(subprocess, "Popen", counted)
    record(git, [replace(ONE, id="0b")])
    assert asked == ["unpack-objects", "commit-tree", "update-ref"]
    asked.clear()
    evaluations.read_many(git, [f"md5:{n:032x}" for n in range(500)] + [ONE.model_digest])
    assert asked == ["for-each-ref"]


def test_a_model_with_very_many_has_them_by_evaluator(git: Git) -> None:
    made = [
        replace(ONE, id=f"{n:04}", evaluator_digest=f"sha256:{n % 2:02}{'0' * 62}")
        for n in range(260)
    ]
    record(git, made[:258])
    record(git, made[258:259])
    record(git, made[259:])
    folder = Evaluation.folder(ONE.model_digest)
    assert sum(path.count("/") == 3 for path in blobs(git)) == 2
    assert f"{folder}/01/01{'0' * 62}-0259.json" in blobs(git)
    assert {e.id for e in read(git, ONE.model_digest)} == {e.id for e in made} == {
        e.id for e in read(git)
    }  # fmt: skip
    by = made[1].evaluator_digest
    found = evaluations.read_many(git, [ONE.model_digest], {by})[ONE.model_digest]
    assert {e.id for e in found} == {e.id for e in made if e.evaluator_digest == by}


def objects(git: Git) -> set[str]:
    every = git.text("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
    return set(every.splitlines())


@pytest.mark.parametrize("step", ["unpack-objects", "commit-tree", "update-ref"])
def test_a_killed_append_leaves_nothing_but_objects_that_nobody_names(
    git: Git, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    record(git, [ONE])
    plumb = Git.plumb

    def killed(self: Git, *args: str, **options: object) -> str:
        if args[0] == step:
            raise KeyboardInterrupt
        return plumb(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Git, "plumb", killed)
    with pytest.raises(KeyboardInterrupt):
        record(git, [replace(ONE, id="0b")])
    monkeypatch.undo()
    assert read(git) == (ONE,)
    assert git.text("fsck", "--strict", "--no-dangling") == ""
    assert not list((git.cwd / ".git").rglob("*.lock"))
    record(git, [replace(ONE, id="0b")])
    assert len(read(git)) == 2


def test_a_file_where_a_folder_should_be_gives_way(git: Git) -> None:
    folder, _, inner = Evaluation.folder(ONE.model_digest).partition("/")
    put(git, folder, b"x")
    record(git, [ONE])
    assert read(git, ONE.model_digest) == (ONE,)
    assert inner in git.text("ls-tree", "--name-only", f"{REF}:{folder}")


def test_what_git_makes_of_the_same_entries_is_the_same_tree(git: Git) -> None:
    names = ["a", "a.b", "a-", "a0", "B", "é", "a b"]
    forest = Forest(git)
    paths = {f"{name}{end}": forest.blob(name.encode()) for name in names for end in ("", "x/y")}
    made = forest.graft(None, paths)
    forest.store()
    index = {"GIT_INDEX_FILE": str(git.cwd / "index")}
    lines = "".join(f"{e.mode} {e.id}\t{path}\0" for path, e in paths.items())
    git.plumb("update-index", "-z", "--index-info", data=os.fsencode(lines), env=index)
    assert git.plumb("write-tree", env=index) == made


def test_git_reads_objects_of_every_size_from_a_pack_that_is_made(git: Git) -> None:
    forest = Forest(git)
    sizes = [0, 1, 15, 16, 2047, 2048, 262143, 262144, 600000]
    made = {forest.blob(b"x" * size).id: size for size in sizes}
    forest.store()
    for blob, size in made.items():
        assert git.text("cat-file", "-s", blob) == str(size)
    assert git.text("fsck", "--strict", "--no-dangling") == ""
