"""Swap, undo, finish: the steps of a journal, forwards and backwards.

Every entry is known by its identity, so from what is at a live path and what is in
its slot follows what has happened. That is why each function here can be killed at
any point and run again, and why there is no progress to write down.

Before the commit point: `undo`, then `dispose`. After it: `finish`, look for
`strangers` in the old content and `save` them, then `dispose`. Then clear the journal.
All need mlvc's lock.
"""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from mlvc.errors import MlvcError
from mlvc.workspace.durable import sync_filesystems, sync_folder
from mlvc.workspace.exchange import aside
from mlvc.workspace.journal import Journal
from mlvc.workspace.leftovers import save, strangers
from mlvc.workspace.planning import Change, plan_swaps
from mlvc.workspace.removal import remove_tree
from mlvc.workspace.staging import discard
from mlvc.workspace.steps import (
    as_planned,
    backward,
    changed,
    forward,
    refuse_unsettled,
)

__all__ = [
    "Change",
    "apply",
    "dispose",
    "finish",
    "plan_swaps",
    "save",
    "strangers",
    "undo",
]

_NOTHING: AbstractContextManager[None] = nullcontext()


def apply(journal: Journal, around: AbstractContextManager[None] = _NOTHING) -> None:
    """Make what was staged durable, perform all steps in order, and make these so too.

    The steps are performed inside `around`.
    MlvcError DIRTY, with nothing touched, where a live path is not what it was when
    planned; DIRTY in the midst where it changes just then; OSError as it comes. After
    any error: `undo`.
    """
    # Before the first step: a disk may keep a rename and lose the bytes of what was renamed.
    sync_filesystems(_present(journal))
    for swap in journal.swaps:  # as late as can be: a sync takes its time
        if not as_planned(swap):
            raise changed(swap)
    with around:
        _forward(journal)


def finish(journal: Journal) -> None:
    """See to it, after the commit point, that every step is done and durable.

    Old content stays in the slots. What the user did to live paths since is left.
    """
    _forward(journal)
    sync_filesystems(_present(journal))


def _forward(journal: Journal) -> None:
    for swap in journal.swaps:
        forward(swap)
    for folder in _present(journal):
        sync_folder(folder)


def undo(journal: Journal) -> list[Path]:
    """Put back, last first, what was moved; it may be nothing, or put back already.

    Gives the live paths, not there before, that are left because someone wrote to them
    since. MlvcError, after all other steps: DIRTY where someone replaced a live path
    whose old content waits in its slot, MISSING where that is nowhere.
    """
    errors: list[MlvcError] = []
    kept: list[Path] = []
    for swap in reversed(journal.swaps):
        try:
            if not backward(swap):
                kept.append(Path(swap.live))
        except MlvcError as error:
            errors.append(error)
    for folder in _folders(journal):
        sync_folder(folder)
    if errors:
        raise errors[0]
    return kept


def dispose(journal: Journal) -> None:
    """Remove the slots and homes, and with them the content that is not live.

    After `finish` or `undo` only, and after the user's bytes were saved from the
    slots. MlvcError BUG, with nothing removed, where a step is half done.
    """
    for swap in journal.swaps:
        refuse_unsettled(swap)
    for swap in journal.swaps:
        for path in (Path(swap.slot), aside(Path(swap.slot))):
            remove_tree(path)
    for home in journal.homes:
        discard(Path(home))


def _present(journal: Journal) -> list[Path]:
    return [folder for folder in _folders(journal) if folder.is_dir()]


def _folders(journal: Journal) -> list[Path]:
    """Every folder whose entries a step changes."""
    paths = {Path(path) for swap in journal.swaps for path in (swap.live, swap.slot, *swap.made)}
    return sorted({path.parent for path in paths})
