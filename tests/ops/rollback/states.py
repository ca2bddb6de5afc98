"""What a repository holds, and whether Git, DVC and the bytes on disk agree on it."""

import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from tests.project import Answer, Project

# mlvc's own lock file stays, and says who held it last; what it found out it remembers.
IGNORED = {".git/mlvc/lock", *(f".git/mlvc/memo.sqlite{end}" for end in ("", "-wal", "-shm"))}


def everything(root: Path) -> dict[str, tuple[int, bytes]]:
    """Mode and bytes of all that is below `root`, `.git` and `.dvc` included."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder, name)
            relative = str(path.relative_to(root))
            mode = path.lstat().st_mode
            if relative not in IGNORED:
                found[relative] = (mode, _bytes(path, mode))
    return found


def _bytes(path: Path, mode: int) -> bytes:
    if stat.S_ISLNK(mode):
        return os.fsencode(path.readlink())
    return path.read_bytes() if stat.S_ISREG(mode) else b""


def visible(project: Project) -> dict[str, tuple[int, bytes]]:
    """The same of the user's own files, without what Git and DVC keep for themselves."""
    kept = (".git", ".dvc/tmp", ".dvc/cache")
    return {
        path: found
        for path, found in everything(project.path).items()
        if not path.startswith(kept) and path != ".dvc"
    }


def kept(project: Project) -> dict[str, tuple[int, bytes]]:
    """All but what a look at a project may leave: DVC's scratch, mlvc's lock file and memory."""
    return {
        path: found
        for path, found in everything(project.path).items()
        if not path.startswith(".dvc/tmp") and path not in (".git/mlvc", ".dvc")
    }


def refused(
    project: Project, *args: str, code: int, says: tuple[str, ...], env: Mapping[str, str] = {}
) -> Answer:
    """A rollback that ends with `code`, says these words, and changes nothing at all."""
    before = kept(project)
    done = project.mlvc("rollback", *args, env=env)
    assert done.code == code, done.out + done.err
    assert all(word in done.err for word in says), done.err
    now = kept(project)
    differing = {p for p in before.keys() | now.keys() if before.get(p) != now.get(p)}
    assert differing == set(), differing
    return done


def rolled_back(project: Project, *args: str, env: Mapping[str, str] | None = None) -> Answer:
    """A rollback that succeeds."""
    done = project.mlvc("rollback", *args, env=env)
    assert done.code == 0, done.out + done.err
    return done


def same_as(project: Project, release: str) -> bool:
    """Whether HEAD's tree is that of a release, and the model's bytes are those of its lock."""
    tree = f"refs/tags/model@{release}"
    model = md5(project.path / "model.bin")
    return not project.git("diff", tree, "HEAD") and model in project.git(
        "show", f"{tree}:dvc.lock"
    )


def md5(path: Path) -> str:
    """DVC's name for a file's content."""
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


def cached(project: Project, path: Path) -> Path:
    """The object of a file in the project's cache."""
    name = md5(path)
    return project.path / ".dvc/cache/files/md5" / name[:2] / name[2:]


def assert_whole(project: Project) -> None:
    """HEAD, index, `dvc.lock` and all bytes agree, and nothing is left lying about."""
    assert project.git("fsck", "--strict", "--no-dangling") == ""
    assert project.git("status", "--porcelain") == ""
    assert project.dvc("status") == "Data and pipelines are up to date."
    assert_nothing_left(project)


def assert_nothing_left(project: Project) -> None:
    """No lock, journal, staged content or prepared index of a transaction is there."""
    assert not (project.path / ".git/index.lock").exists()
    assert not (project.path / ".git/mlvc/index.next").exists()
    assert not (project.path / ".git/mlvc/journal.json").exists()
    staged = project.path / ".dvc/tmp/mlvc/staged"
    assert not staged.exists() or not list(staged.iterdir())
