"""What the user has in the works: uncommitted paths and unfinished operations."""

import os
from collections.abc import Mapping
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
    """A path that differs from HEAD, in the index or in the worktree."""

    path: str
    untracked: bool


def uncommitted(git: Git, prefix: str) -> tuple[Uncommitted, ...]:
    """Every uncommitted path below `prefix`, relative to it, untracked ones one by one."""
    out = git.read("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all")
    found = []
    for line in out.split(b"\0"):
        path = os.fsdecode(line[3:])
        if line and path.startswith(prefix):
            found.append(Uncommitted(path[len(prefix) :], line[:2] == b"??"))
    return tuple(found)


def unseen(git: Git, prefix: str, tracked: Mapping[str, str]) -> list[str]:
    """Those files that `uncommitted` passes over, for Git was told to, and that were changed.

    `tracked` has the ids of the files to look at, by path below `prefix`. Git is told so by
    `git update-index --skip-worktree` or `--assume-unchanged`.
    """
    names = [f":(top,literal){prefix}{path}" for path in tracked]
    rows = git.read("ls-files", "-v", "-z", "--full-name", "--", *names) if names else b""
    # `S` says skip-worktree, and a small letter assume-unchanged.
    told = [row[2:] for row in rows.split(b"\0") if row[:1] == b"S" or row[:1].islower()]
    paths = [os.fsdecode(path).removeprefix(prefix) for path in told]
    return [path for path in paths if _id(git, prefix, path) not in (None, tracked[path])]


def _id(git: Git, prefix: str, path: str) -> str | None:
    """What `git add` would make of a file; None where it is not there, as in a sparse checkout."""
    file = git.cwd / path
    if file.is_symlink():
        data = os.fsencode(file.readlink())
        return os.fsdecode(git.read("hash-object", "--stdin", data=data)).strip()
    if not file.exists():
        return None
    return git.text("hash-object", f"--path={prefix}{path}", "--", str(file))


def operation(git_dir: Path) -> str | None:
    """The merge, rebase, cherry-pick, revert or bisect that is in progress, if any."""
    for name, what in _OPERATIONS.items():
        if (git_dir / name).exists():
            return what
    return None
