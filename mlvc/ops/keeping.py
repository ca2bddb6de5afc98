"""What a transaction replaces or did not need, put aside: it is a rename away the next time."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from mlvc.ops.following import following
from mlvc.ops.kept import Kept
from mlvc.ops.proving import Prover
from mlvc.workspace.journal import Journal, Swap

# What a journal's note has of each output, by its path.
KEEP, OLD, TAKEN, NEW, SEEN = "keep:", "old:", "taken:", "new:", "seen:"


def moves(swaps: Iterable[Swap]) -> list[tuple[Path, Path]]:
    """Where entries go, from and to: to and fro, for in each step either may be empty."""
    both = [(Path(swap.live), Path(swap.slot)) for swap in swaps]
    return both + [(slot, live) for live, slot in both]


def keep_old(journal: Journal, root: Path, prover: Prover, kept: Kept) -> None:
    """After a rollback: put old trees aside for the way back.

    They are only believed when they prove right.
    """
    for slot, path in _outputs(journal, root):
        how, digest = journal.note.get(KEEP + path), journal.note.get(OLD + path)
        if how and digest:
            if how == "ready":
                kept.claim(journal.note.get("origin", ""), {path: digest})
            _keep(prover, kept, slot, (path, digest, how))


def put_back(journal: Journal, root: Path, prover: Prover, kept: Kept) -> None:
    """After an undo: kept trees that had been taken are kept again."""
    for slot, path in _outputs(journal, root):
        how, digest = journal.note.get(TAKEN + path), journal.note.get(NEW + path)
        if how and digest:
            _keep(prover, kept, slot, (path, digest, how))


def rest(journal: Journal, root: Path) -> Iterator[str]:
    """The digests of what is still in the slots, to be removed."""
    for _, path in _outputs(journal, root):
        for key in (OLD, NEW):
            if digest := journal.note.get(key + path):
                yield digest


def _outputs(journal: Journal, root: Path) -> Iterator[tuple[Path, str]]:
    """The slots that have something in them, and the outputs they are about."""
    for swap in journal.swaps:
        if os.path.lexists(swap.slot):
            yield Path(swap.slot), os.path.relpath(swap.live, root)


def _keep(prover: Prover, kept: Kept, slot: Path, tree: tuple[str, str, str]) -> None:
    path, digest, how = tree
    with suppress(OSError):  # then it is removed
        target = kept.place(prover, path, digest, ready=how == "ready")
        with following(prover, [(slot, target)]):
            slot.rename(target)
