"""From "this shall be there" to the steps that put it there."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mlvc.errors import Exit, MlvcError
from mlvc.workspace.confine import shown
from mlvc.workspace.exchange import same_entry
from mlvc.workspace.identity import Identity
from mlvc.workspace.journal import Swap
from mlvc.workspace.mounts import mount_points, mounts_within
from mlvc.workspace.staging import Staging


class Change(NamedTuple):
    """`staged` (a slot of `Staging`) shall be at `live`, or nothing shall."""

    live: Path
    staged: Path | None


def plan_swaps(changes: Sequence[Change], staging: Staging) -> list[Swap]:
    """The steps for these changes, with the identity of everything they move.

    What is removed gets a slot of `staging`. A removal below another change's live
    path is left out (it goes along with that), one of a file above a new path comes
    first. Nothing is touched. MlvcError where two changes are for one path, something
    is staged inside another change's path, a mount or a file is in the way.
    """
    wanted = _without_nested(changes)
    removed = {c.live for c in wanted if c.staged is None}
    points = mount_points()
    swaps = (
        _swap(change, staging, removed, points)
        for change in sorted(wanted, key=lambda c: not _is_above(c, wanted))
    )
    return [swap for swap in swaps if swap is not None]


def _is_above(change: Change, others: Sequence[Change]) -> bool:
    return change.staged is None and any(change.live in other.live.parents for other in others)


def _without_nested(changes: Sequence[Change]) -> list[Change]:
    by_live = {change.live: change for change in changes}
    if len(by_live) != len(changes):
        raise MlvcError("two changes are for one path", code=Exit.BUG)
    return [c for c in changes if not _goes_along(c, by_live)]


def _goes_along(change: Change, by_live: dict[Path, Change]) -> bool:
    above = [by_live[p] for p in change.live.parents if p in by_live]
    if change.staged is None:
        return bool(above)
    for other in above:
        if other.staged is not None or _is_folder(other.live):
            raise MlvcError(
                f"{shown(change.live)} is inside {shown(other.live)}, which changes too",
                code=Exit.BUG,
            )
    return False


def _swap(change: Change, staging: Staging, removed: set[Path], points: set[str]) -> Swap | None:
    live, staged = change.live, change.staged
    old = Identity.of(live)
    if old is not None:
        _refuse_mounts(live, points)
    if staged is None:
        if old is None:
            return None
        return Swap(str(live), str(staging.slot(live)), "remove", old, None)
    new = Identity.of(staged)
    if old is None:
        made = tuple(str(folder) for folder in _missing_parents(live, removed))
        return Swap(str(live), str(staged), "install", None, new, made)
    if same_entry(live, staged):
        return None  # two hard links of one object: nothing to change
    return Swap(str(live), str(staged), "exchange", old, new)


def _missing_parents(live: Path, removed: set[Path]) -> list[Path]:
    missing: list[Path] = []
    for parent in live.parents:
        if _is_folder(parent):
            break
        if os.path.lexists(parent) and parent not in removed:
            raise MlvcError(
                f"{shown(parent)} is not a folder; {shown(live)} has to go into it",
                "move it away.",
                Exit.DIRTY,
            )
        missing.insert(0, parent)
    return missing


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def _refuse_mounts(live: Path, points: set[str]) -> None:
    if mounts := mounts_within(live, points):
        raise MlvcError(
            f"{shown(live)} cannot be replaced: {shown(mounts[0])} is a mount point",
            "unmount it, or mount the folder above it.",
        )
