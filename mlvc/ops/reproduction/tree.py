"""A worktree that holds what a pipeline runs from, and nothing that it makes."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mlvc.artifacts import isolation
from mlvc.errors import MlvcError
from mlvc.ops.following import restamp, untouched
from mlvc.ops.materialise import absent_inputs, place
from mlvc.ops.naming import Target
from mlvc.ops.project import Project
from mlvc.ops.reproduction.planning import Plan
from mlvc.registry.worktrees import Pool
from mlvc.workspace.confine import confined
from mlvc.workspace.removal import remove_tree

_KEPT = Path(".dvc", "tmp", "recorded")


@contextmanager
def worktree(project: Project, target: Target, plan: Plan, pool: Pool) -> Iterator[Path]:
    """The project as a fresh clone has it, in a worktree of its own with the data that it needs.

    What Git has of the outputs to be made is moved away, see `recorded`. DVC's cache there is an
    empty one that goes with it: no output gets into the user's. Raises `MlvcError` where a source
    is missing or corrupt.
    """
    repo, prover = project.repo, project.prover
    with pool.worktree(target.commit) as top:
        tree = top / repo.prefix
        isolation.isolate(tree, _settings(project, tree), scm=not repo.names_its_worktree)
        for out in plan.made:
            _move_away(tree, out.path)
        used: set[str] = set()
        for out in (out for stage in plan.sources for out in stage.outs if out.cached):
            used |= place(project, target.commit, out, tree, [out.path])
        _refuse_absent(plan, target, tree)
        yield tree
        proofs = untouched(prover, used)
    # The links that went with the worktree changed the objects' ctime, and nothing else.
    restamp(prover, proofs)
    prover.save()


def recorded(tree: Path, path: str) -> Path | None:
    """An output that Git tracks, as the revision has it."""
    kept = tree / _KEPT / path
    return kept if kept.exists() else None


def _settings(project: Project, tree: Path) -> dict[str, Any]:
    settings = project.store.settings
    return {**settings, "cache": {**settings["cache"], "dir": str(tree / ".dvc" / "cache")}}


def _move_away(tree: Path, path: str) -> None:
    live, kept = confined(tree, path), tree / _KEPT / path
    if live.is_symlink():
        remove_tree(live)
    elif live.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(live, kept)


def _refuse_absent(plan: Plan, target: Target, tree: Path) -> None:
    for stage, path in absent_inputs(plan.stages, tree):
        raise MlvcError(
            f"stage {stage.address} reads {path}, which neither Git nor DVC has at {target.label}"
        )
