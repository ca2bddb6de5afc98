"""What the user has in the works: uncommitted paths and unfinished operations."""

import os
from pathlib import Path
from typing import NamedTuple

from mlvc.registry.git import Git

_OPERATIONS = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "BISECT_LOG": "bisect",
}


class Uncommitted(NamedTuple):
    """A path that differs from HEAD: `staged` in the index, else only in the worktree."""

    path: str
    staged: bool
    untracked: bool


def uncommitted(git: Git, prefix: str) -> tuple[Uncommitted, ...]:
    """Every uncommitted path below `prefix`, relative to it, untracked ones one by one."""
    out = git.read("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all")
    found = []
    for line in out.split(b"\0"):
        path = os.fsdecode(line[3:])
        if line and path.startswith(prefix):
            untracked = line[:2] == b"??"
            staged = not untracked and line[:1] != b" "
            found.append(Uncommitted(path[len(prefix) :], staged, untracked))
    return tuple(found)


def operation(git_dir: Path) -> str | None:
    """The merge, rebase, cherry-pick, revert or bisect that is in progress, if any."""
    for name, what in _OPERATIONS.items():
        if (git_dir / name).exists():
            return what
    return None
