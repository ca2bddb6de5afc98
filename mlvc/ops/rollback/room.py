"""The disk that old copies take which are kept for the way back."""

import shutil
from contextlib import suppress
from pathlib import Path

from mlvc.domain.plan import OutputChange
from mlvc.ops.following import remove
from mlvc.ops.kept import Kept
from mlvc.ops.proving import Prover

_SHARE = 10
"""A copy that is kept unasked takes at most one part in this many of what the disk has free."""


class Room:
    """What is kept as copies by a rollback that stages in `folder`, on the same disk."""

    def __init__(self, prover: Prover, trees: Kept, folder: Path) -> None:
        self._prover, self._trees, self._folder = prover, trees, folder
        self._copies: list[OutputChange] = []

    def allows(self, change: OutputChange) -> bool:
        """Whether the disk will not miss the place of the old copy, which is kept then."""
        room = change.old_room
        if room is None or room * _SHARE > self._free:
            return False
        self._copies.append(change)
        return True

    def make(self, change: OutputChange) -> None:
        """Give back a spare tree that is of no use here, where what comes would fill the disk."""
        # Links to objects take no place that could be given back.
        spare = self._trees.spare(change.path) if self._prover.cache.copies else None
        if spare and (change.size or 0) > self._free:
            with suppress(OSError):  # then what comes may still find place
                remove(self._prover, *spare)

    @property
    def taken(self) -> dict[str, int]:
        """About how many bytes each of the old copies takes that are kept now, by its path."""
        kept = (c for c in self._copies if self._trees.find(c.path, c.old or ""))
        return {change.path: change.old_room or 0 for change in kept}

    @property
    def _free(self) -> int:
        return shutil.disk_usage(self._folder).free
