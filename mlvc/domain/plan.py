"""A rollback before it happens: everything that it will change, and nothing that is not in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol, Self

from mlvc.domain.pipeline import DEFAULT_REMOTE, Origin, Output
from mlvc.domain.rollback import RollbackRecord


class Entry(Protocol):
    """A tracked file as Git stores it: mode and object id."""

    @property
    def mode(self) -> str:
        """Git's mode, such as `100644`."""

    @property
    def id(self) -> str:
        """Git's id of the content."""


@dataclass(frozen=True)
class OutputChange:
    """An output that DVC tracks; None stands for absent. Digests are DVC's, `size` is in bytes.

    `old_room` is about what the old one takes of the disk, in bytes; None where nobody knows.
    """

    path: str
    old: str | None
    new: str | None
    size: int | None = None
    files: int | None = None
    executable: bool = False
    origin: Origin = DEFAULT_REMOTE
    old_room: int | None = None

    @classmethod
    def to(cls, out: Output, before: Output | None) -> Self:
        """The change from what there was, if anything, to `out`."""
        old, room = (before.digest, before.room) if before else (None, None)
        return cls(out.path, old, out.digest, out.size, out.files, out.executable, out.origin, room)

    @property
    def differs(self) -> bool:
        """Whether the content changes; if not, it only has to be as it is recorded."""
        return self.old != self.new


class Plan(NamedTuple):
    """What a rollback will do.

    `head` is the commit it starts from, `commit` the one it goes back to. `edits` maps tracked
    paths to their new content: an entry of the old tree, spliced bytes, or None to delete.
    `lineage` holds the paths that must be clean and `stages` the addresses restored. `notes` are
    for the user to read.
    """

    model: str
    head: str
    commit: str
    record: RollbackRecord
    edits: Mapping[str, Entry | bytes | None]
    outputs: tuple[OutputChange, ...]
    lineage: frozenset[str]
    stages: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether everything is already as it should be."""
        return not self.edits and not any(out.differs for out in self.outputs)
