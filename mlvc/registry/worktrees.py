"""Isolated checkouts of a commit, for running its stages."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlvc.registry.git import Git


@contextmanager
def worktree(git: Git, commit: str, path: Path) -> Iterator[Path]:
    """A detached worktree of `commit` at `path`, removed afterwards whatever happens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        git.write("worktree", "add", "--quiet", "--detach", "--end-of-options", str(path), commit)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        git.write("worktree", "prune")


def prune(git: Git, home: Path) -> None:
    """Remove the worktrees below `home` that an interrupted evaluation left."""
    if home.is_dir() and any(home.iterdir()):
        shutil.rmtree(home, ignore_errors=True)
        git.write("worktree", "prune")
