"""Where a model stands."""

from typing import NamedTuple

from mlvc.domain.release import Release
from mlvc.domain.rollback import RollbackRecord


class Standing(NamedTuple):
    """Where a model stands on one line of history.

    `releases` are all of the model; `reachable` those on the line; `object` is what identifies
    the model's content at its tip, None when the model is not there.
    """

    releases: tuple[Release, ...]
    reachable: tuple[Release, ...]
    records: tuple[RollbackRecord, ...]
    object: str | None
    current: Release | None
    withdrawn: frozenset[str]
