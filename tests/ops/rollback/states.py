"""What a repository holds, and whether Git, DVC and the bytes on disk agree on it."""

import hashlib
import os
import stat
from pathlib import Path

from tests.project import Project

IGNORED = {".git/mlvc/lock"}  # mlvc's own lock file stays, and says who held it last


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
