"""`--verify=full` believes no proof: it finds what the disk changed behind everyone's back."""

import sqlite3
from pathlib import Path

from mlvc.workspace.census import census
from tests.believing import believe_object
from tests.ops.preparing.conftest import folder, kept
from tests.ops.rollback.rows import roll_back
from tests.ops.rollback.states import visible
from tests.project import Project


def rot(file: Path, data: bytes) -> None:
    file.chmod(0o644)
    file.write_bytes(data)
    file.chmod(0o444)


def believe_tree(project: Project, tree: Path) -> None:
    seen = census(tree)
    assert seen
    with sqlite3.connect(project.path / ".git/mlvc/memo.sqlite") as memo:
        memo.execute(
            "UPDATE trees SET fingerprint = ? WHERE inode = ?", (seen.fingerprint, seen.inode)
        )


def object_of(project: Project, data: bytes) -> Path:
    found = (project.path / ".dvc/cache/files/md5").glob("*/*")
    (file,) = (one for one in found if one.read_bytes() == data)
    return file


def test_full_verification_finds_an_object_that_rotted(copying: Project) -> None:
    roll_back(copying, "2.0.0")
    roll_back(copying, "3.0.0")
    copying.mlvc("prepare", "--drop")
    file = object_of(copying, b"two\n")
    rot(file, b"2wo\n")
    believe_object(copying, file)
    before = visible(copying)
    done = copying.mlvc("rollback", "2.0.0", "--verify=full")
    assert (done.code, "is corrupt" in done.err) == (14, True), done.err
    assert visible(copying) == before
    believing = copying.mlvc("rollback", "2.0.0")
    assert believing.code == 0, believing.err
    assert copying.read("table") == "2wo\n"


def test_full_verification_finds_a_prepared_tree_that_rotted(copying: Project) -> None:
    assert copying.mlvc("prepare", "2.0.0", "--yes").code == 0
    tree = folder(kept(copying, "ready"))
    rot(tree / "a", b"2wo\n")
    believe_tree(copying, tree)
    roll_back(copying, "2.0.0", "--verify=full")
    assert copying.read("model/a") == "two\n"


def test_full_verification_takes_a_prepared_tree_that_is_right(linking: Project) -> None:
    assert linking.mlvc("prepare", "2.0.0").code == 0
    inode = folder(kept(linking, "ready")).stat().st_ino
    roll_back(linking, "2.0.0", "--verify=full")
    assert (linking.path / "model").stat().st_ino == inode


def test_another_word_is_refused(linking: Project) -> None:
    done = linking.mlvc("rollback", "--verify=some")
    assert (done.code, "'some' is no way to verify" in done.err) == (2, True)
