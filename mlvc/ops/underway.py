"""Verbs that wait for a Git remote hold no lock meanwhile: each has a file of its own instead.

That file is locked as long as its process lives, or a git that it started. So one whose lock is
free is of a verb that was killed, together with its git, whose own locks on refs are left.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from mlvc.errors import MlvcError
from mlvc.ops.project import Project
from mlvc.registry import stale_locks
from mlvc.workspace.durable import sync_folder
from mlvc.workspace.lock import locked
from mlvc.workspace.undisturbed import clearing

_PATIENCE = 5.0
"""Seconds to wait for who has just looked whether this one was killed."""


@contextmanager
def under_way(project: Project) -> Iterator[None]:
    """Say that a verb is at work beside others; what killed ones left is cleared before."""
    clear(project)
    own = _folder(project) / os.urandom(6).hex()
    with locked(own, _PATIENCE):
        sync_folder(own.parent)
        try:
            with clearing(partial(_unlock, project)):  # asked to end, git may leave one
                yield
        finally:
            with suppress(OSError):  # else it would hide why the verb fails; the next one clears it
                own.unlink(missing_ok=True)


def clear(project: Project) -> None:
    """Remove the locks of gits that were killed, if any were; may be done at any time."""
    folder = _folder(project)
    for file in folder.iterdir() if folder.is_dir() else ():
        with suppress(MlvcError), locked(file):  # who lives holds it
            _unlock(project)
            file.unlink(missing_ok=True)


def _folder(project: Project) -> Path:
    return project.repo.git_dir / "mlvc" / "under-way"


def _unlock(project: Project) -> None:
    stale_locks.remove(project.repo.git_dir, project.repo.common_dir)
