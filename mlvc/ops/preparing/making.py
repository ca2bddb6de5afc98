"""Making the trees of releases, beside the live ones."""

import os
import shutil
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mlvc.artifacts.objects import Content
from mlvc.domain.plan import OutputChange, Plan
from mlvc.errors import MlvcError
from mlvc.ops import following
from mlvc.ops.copying import catch_up
from mlvc.ops.dvc_lock import dvc_locked
from mlvc.ops.kept import Kept
from mlvc.ops.lacking import restoring
from mlvc.ops.places import Places
from mlvc.ops.preparing.wanting import Wanted, missing, needed
from mlvc.ops.project import Project
from mlvc.ops.recover import writing
from mlvc.ops.rollback import preflight
from mlvc.ops.rollback.staging import finished, planted, remember
from mlvc.workspace.census import GRAIN, census
from mlvc.workspace.confine import confined
from mlvc.workspace.durable import sync_filesystems
from mlvc.workspace.staging import Staging, discard
from mlvc.workspace.undisturbed import undisturbed


@dataclass(frozen=True)
class Prepared:
    """Releases that are ready now, by name with the outputs that were made for each.

    `notes` say what a rollback to them has to make all the same.
    """

    releases: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()


def prepare(project: Project, wanted: Wanted, instead_of: Iterable[str] = ()) -> Prepared:
    """Keep what the plans change ready; raises `MlvcError`, and keeps nothing half done.

    It is proven like what goes live, synced, and put where it counts by one rename. `instead_of`
    names releases that need not be ready any more.
    """
    made: dict[str, tuple[str, ...]] = {}
    notes = list(wanted.notes)
    with writing(project):
        _refuse_full(project, wanted.size)
        kept = Places(project).kept
        kept.disclaim(instead_of)
        clear(project, kept)
        try:
            for plan in wanted.plans:
                with restoring(plan.record.target):
                    made[plan.record.target], far = _prepare(project, plan, kept)
                notes += far
            if "hardlink" in project.prover.cache.links:
                _know_again(project, wanted.plans)
        finally:
            with undisturbed(), suppress(OSError):
                project.prover.save(project.root)
    return Prepared(made, tuple(notes))


def clear(project: Project, kept: Kept) -> int:
    """Remove the prepared trees that no release needs any more; how many there were."""
    trees = kept.unclaimed()
    for tree, digest in trees:
        following.remove(project.prover, tree, digest)
    return len(trees)


def _prepare(project: Project, plan: Plan, kept: Kept) -> tuple[tuple[str, ...], list[str]]:
    project.prover.doubt()
    contents = preflight.prove(project, plan).contents
    due = missing(project, plan)
    home = Places(project).homes / os.urandom(6).hex()
    staging = Staging(project.root, home)
    try:
        with dvc_locked(project.store):
            slots = _staged(project, due, contents, staging)
        sync_filesystems([home])
        for change in needed(plan):
            _adopt(project, kept, change)
        for change, slot in slots.items():
            _move(project, kept, change, slot)
        # Last, since it says that they are ready; trees that nobody claims go with the next run.
        kept.claim(plan.record.target, {c.path: c.new for c in needed(plan) if c.new})
    finally:
        with undisturbed():
            _discard(project, staging, due)
    near = {change.path for change in slots}
    return tuple(sorted(near)), [
        f"{change.path} is on another mount, where no rename leads: it is made when it is needed"
        for change in due
        if change.path not in near
    ]


def _refuse_full(project: Project, size: int) -> None:
    """Say so before a copy fills the disk."""
    free = shutil.disk_usage(project.root).free
    if size > free:
        raise MlvcError(
            f"this takes {size} bytes of disk, and {free} are free",
            "Make room (`mlvc prepare --drop` gives back what is prepared), or let objects be"
            " linked: `dvc config cache.type hardlink,copy`.",
        )


def _adopt(project: Project, kept: Kept, change: OutputChange) -> None:
    """Make a spare tree of just this content a prepared one."""
    found = kept.find(change.path, change.new or "")
    if found and found.parent.name == "spare":
        _move(project, kept, change, found)


def _staged(
    project: Project,
    due: Iterable[OutputChange],
    contents: Mapping[str, Content],
    staging: Staging,
) -> dict[OutputChange, Path]:
    slots, made = {}, {}
    for change in due:
        slot = staging.slot(confined(project.root, change.path))
        if slot.parent == staging.home:
            slots[change] = slot
            made[slot] = planted(project, contents[change.path], slot)[1]
    catch_up(project.prover)
    for change, slot in slots.items():
        seen = finished(project.prover, change, slot, made[slot])
        remember(project.prover, change, seen)
    return slots


def _know_again(project: Project, plans: Iterable[Plan]) -> None:
    """Look at what is live once more: links to objects that it shares have changed their ctime.

    What was linked is told from what someone writes a tick of the clock later.
    """
    live = {c.path: c.old for plan in plans for c in plan.outputs if c.differs and c.old}
    time.sleep(2 * GRAIN / 1e9 if live else 0)
    for path, digest in live.items():
        seen = census(confined(project.root, path))
        if seen and seen.is_folder and not project.memo.tree(seen):
            project.prover.matches(seen, digest, unread=True)


def _move(project: Project, kept: Kept, change: OutputChange, source: Path) -> None:
    target = kept.place(project.prover, change.path, change.new or "", ready=True)
    with following.following(project.prover, [(source, target)]):
        source.rename(target)


def _discard(project: Project, staging: Staging, due: Iterable[OutputChange]) -> None:
    """Remove what was staged and has not found its place."""
    left = [change.new for change in due if change.new] if any(staging.home.iterdir()) else []
    with following.unharmed(project.prover, left):
        discard(staging.home)
