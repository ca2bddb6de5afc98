"""Isolated checkouts of a commit, for running its stages."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mlvc.registry.git import Git


@contextmanager
def worktree(git: Git, commit: str, path: Path) -> Iterator[Path]:
    """A detached worktree of `commit` at the new folder `path`, removed whatever happens."""
    # Made before git makes its own part, so that `prune` finds by name what a kill leaves.
    path.mkdir(parents=True)
    try:
        git.write("worktree", "add", "--quiet", "--detach", "--end-of-options", str(path), commit)
        yield path
    finally:
        _remove(git, path)


def prune(git: Git, home: Path) -> None:
    """Remove the worktrees below `home` that an interrupted evaluation left."""
    for path in sorted(home.iterdir()) if home.is_dir() else ():
        _remove(git, path)


def _remove(git: Git, path: Path) -> None:
    # Not `git worktree prune`: that keeps what a killed `worktree add` left locked, and it would
    # forget the user's own worktrees on a disk that is not mounted just now.
    home = git.cwd / git.text("rev-parse", "--git-common-dir") / "worktrees"
    if _belongs(home / path.name, path):
        shutil.rmtree(home / path.name, ignore_errors=True)
        if (home / path.name).exists():
            return  # found again by the name of the files, which stay for that
    with suppress(OSError):
        home.rmdir()
    _remove_files(path)


def _belongs(record: Path, path: Path) -> bool:
    """Whether this is git's record of the worktree at `path`, perhaps half written."""
    pointer, own = record / "gitdir", os.path.realpath(path / ".git")
    return not pointer.is_file() or f"{own}\n".startswith(pointer.read_text())


def _remove_files(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
        return
    try:
        shutil.rmtree(path)
    except PermissionError:
        # A stage may leave read-only folders. Files keep their mode: they may be cache objects.
        for folder, inner, _ in os.walk(path):
            for name in inner:
                if not Path(folder, name).is_symlink():
                    Path(folder, name).chmod(0o700)
        shutil.rmtree(path, ignore_errors=True)
