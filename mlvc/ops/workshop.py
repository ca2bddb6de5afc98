"""Where evaluations run: worktrees and a DVC that are used again and again."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mlvc.artifacts.running import Runner
from mlvc.ops.places import Places
from mlvc.ops.project import Project
from mlvc.ops.recover import clear_evaluations
from mlvc.registry import worktrees
from mlvc.registry.environment import scrubbed, without_secrets
from mlvc.registry.worktrees import Pool
from mlvc.workspace.lock import locked
from mlvc.workspace.marker import marked
from mlvc.workspace.undisturbed import undisturbed


@dataclass(frozen=True)
class Workshop:
    """Worktrees of the project, and what runs stages in them."""

    pool: Pool
    runner: Runner


@contextmanager
def workshop(project: Project) -> Iterator[Workshop]:
    """One for this process alone; with it goes all that was made in it.

    What an interrupted one left is cleared first. Raises `MlvcError` (LOCKED) where another runs.
    """
    places, git = Places(project), project.repo.git
    with locked(places.private / "evaluating"):
        clear_evaluations(project)
        with marked(places.evaluating):
            runner = Runner(places.worktrees, without_secrets(scrubbed(os.environ)))
            try:
                yield Workshop(Pool(git, places.worktrees), runner)
            finally:
                # An interrupt may have come while a worktree was being removed.
                with undisturbed():
                    runner.close()
                    worktrees.prune(git, places.worktrees)
