"""One at a time in all worktrees of a clone: each has a lock of its own, and they share tags."""

from contextlib import AbstractContextManager

from mlvc.ops.project import Project
from mlvc.workspace.lock import locked

_PATIENCE = 10.0
"""Seconds to wait for another worktree, whose tag takes about one."""


def alone_with_tags(project: Project) -> AbstractContextManager[int]:
    """Wait until no other worktree makes a tag that it may take back, and be the one that does."""
    return locked(project.repo.common_dir / "mlvc" / "promoting", _PATIENCE)
