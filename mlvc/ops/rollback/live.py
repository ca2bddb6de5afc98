"""What of the user's lies in the way of a plan."""

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from mlvc.domain.pipeline import inside
from mlvc.domain.plan import OutputChange, Plan
from mlvc.domain.wording import few
from mlvc.errors import Exit, MlvcError
from mlvc.ops.project import Project
from mlvc.ops.reading import live_digest
from mlvc.ops.rollback.obstacles import files_of, obstacles
from mlvc.ops.stock import is_only_copy
from mlvc.workspace.census import Glimpse, census
from mlvc.workspace.confine import confined
from mlvc.workspace.identity import Identity
from mlvc.workspace.journal import Swap


class Live(NamedTuple):
    """`due` are the outputs that have to be changed, `in_the_way` the user's uncommitted paths.

    Among the latter are `only`: outputs as HEAD records them, of which the cache lacks something.
    `inodes` are those of all paths that may change; None where nothing was.
    `looked` is when the comparison began, in epoch nanoseconds: it says nothing of later writes.
    `clean` are the fingerprints of the folders that are just what HEAD records.
    """

    due: tuple[OutputChange, ...]
    in_the_way: tuple[str, ...]
    looked: int
    clean: Mapping[str, str]
    only: tuple[str, ...] = ()
    inodes: Mapping[str, int | None] = MappingProxyType({})


def glimpse(project: Project, plan: Plan) -> dict[str, Glimpse]:
    """The plan's outputs as they lie in the workspace."""
    found = ((c.path, census(confined(project.root, c.path))) for c in plan.outputs)
    return {path: seen.glimpse for path, seen in found if seen}


def look(project: Project, plan: Plan, here: Mapping[str, Glimpse]) -> Live:
    """Compare the workspace with what HEAD records of the plan's paths; `here` is its `glimpse`."""
    looked = min((seen.looked for seen in here.values()), default=time.time_ns())
    inodes = _inodes(project, plan, here)
    due, dirty, clean, only = [], list(obstacles(project, plan)), {}, []
    tracked = {c.path for c in plan.outputs if c.old is None and _is_gits(project, plan, c.path)}
    for change in plan.outputs:
        seen = here.get(change.path)
        # Most often it is what HEAD records, and then it is not read once more.
        is_old = bool(seen and change.differs and _was(project, plan, change, seen))
        if not is_old and project.prover.holds(seen, change.new):
            continue
        due.append(change)
        if seen and not is_old and change.path not in tracked:
            dirty.append(change.path)
        elif seen and is_old and is_only_copy(project, change):
            only.append(change.path)
        elif seen and is_old and seen.is_folder and seen.is_settled:
            clean[change.path] = seen.fingerprint
    outputs = {change.path for change in plan.outputs} - tracked
    for found in project.repo.uncommitted():
        if found.path in outputs or not _touched(found.path, plan):
            continue
        if found.untracked and found.path not in plan.edits:
            continue
        dirty.append(found.path)
    dirty += project.repo.unseen(plan.edits, plan.head)
    in_the_way = tuple(sorted({*dirty, *only}))
    return Live(tuple(due), in_the_way, looked, clean, tuple(only), inodes)


def _inodes(project: Project, plan: Plan, here: Mapping[str, Glimpse]) -> dict[str, int | None]:
    entries = {path: Identity.of(confined(project.root, path)) for path in plan.edits}
    edits = {path: entry.inode if entry else None for path, entry in entries.items()}
    outputs = (change.path for change in plan.outputs)
    return edits | {path: here[path].inode if path in here else None for path in outputs}


def _was(project: Project, plan: Plan, change: OutputChange, seen: Glimpse) -> bool:
    """Whether what was seen is what HEAD records.

    A proof is believed here even where all is to be read: the question is what the user wrote. A
    file that has the SHA-256 of the current release is its model, and that is quicker told.
    """
    if known := project.memo.tree(seen, anyway=True):
        return known.digest == change.old
    now = None if seen.is_folder else project.release(plan.model, plan.record.origin)
    if now and now.digest and (now.path, now.object) == (change.path, change.old):
        return live_digest(Path(seen.path)) == now.digest
    is_old = change.old is not None and project.prover.holds(seen, change.old)
    project.prover.put_away(change.old or "")
    return is_old


def _is_gits(project: Project, plan: Plan, path: str) -> bool:
    """Whether Git has the file, or all of a folder: of what else lies there it does not tell."""
    tree = project.tree(plan.head)
    live = confined(project.root, path)
    found = [os.path.relpath(file, project.root) for file in files_of(live)]
    return path in tree or (bool(found) and all(file in tree for file in found))


def _touched(path: str, plan: Plan) -> bool:
    return path in plan.edits or any(inside(path, own) for own in plan.lineage)


def refuse_damaged(live: Live, plan: Plan) -> None:
    """Say so where HEAD is at the target already, but the workspace is not."""
    if live.due:
        names = " ".join(change.path for change in live.due)
        raise MlvcError(
            f"HEAD is at {plan.record.target} already, but the workspace is not: {names}",
            f"Bring it back with `dvc checkout --force {names}`.",
            Exit.DIRTY,
        )


def refuse_others(live: Live, root: Path, swaps: Iterable[Swap]) -> None:
    """Refuse where something else lies at a path than what was looked at.

    What is moved there has the times that it had before, so nothing would tell it later.
    """
    for swap in swaps:
        path, inode = os.path.relpath(swap.live, root), swap.old.inode if swap.old else None
        if live.inodes.get(path, inode) != inode:
            raise MlvcError(
                f"{path} was changed by someone else meanwhile",
                "Nothing was touched: look at it, then run this again.",
                Exit.DIRTY,
            )


def refuse(live: Live) -> None:
    """Refuse where something of the user's is in the way."""
    if live.in_the_way:
        what, then = "uncommitted changes are in the way", "Commit them"
        if set(live.in_the_way) == set(live.only):
            what, then = "the workspace has the only copy", "Have it in the cache (`dvc commit`)"
        raise MlvcError(
            f"{what}: {few(live.in_the_way, 5)}",
            f"{then}, or use `--force`: they are saved first, and you are told where.",
            Exit.DIRTY,
        )
