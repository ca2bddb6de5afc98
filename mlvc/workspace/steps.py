"""One step of a transaction, forwards and backwards, decided by what is where.

The decisions. `old` and `new` are the entries the plan saw at the live path and in
the slot. In a slot an inode is enough; at a live path, where users write, size and
mtime must match too, or it is theirs.

| kind | done when | undone when |
|---|---|---|
| exchange | slot is not new | slot is not old |
| install | slot is empty | slot is not empty, or live is not new |
| remove | slot is old, or live is not old | slot is not old |
"""

import os
import stat
from contextlib import suppress
from pathlib import Path

from mlvc.errors import Exit, MlvcError
from mlvc.workspace.confine import shown
from mlvc.workspace.exchange import aside, exchange, move
from mlvc.workspace.identity import Identity
from mlvc.workspace.journal import Swap


def as_planned(swap: Swap) -> bool:
    """Whether the step can be done, or is done: nobody changed the live path."""
    live, slot = _seen(swap)
    todo = live == swap.old and (slot is None if swap.new is None else slot == swap.new)
    if swap.kind == "install":
        return todo or (slot is None and live == swap.new)
    return todo or _is(slot, swap.old) or _stalled(swap)


def forward(swap: Swap) -> None:
    """Do the step, if it is not done."""
    if swap.kind == "exchange":
        _exchange(swap)
    elif swap.kind == "install":
        _install(swap)
    else:
        _remove(swap)


def backward(swap: Swap) -> bool:
    """Undo the step, if it is done; False where the user's bytes are in its place."""
    if swap.kind == "install":
        return _uninstall(swap)
    if swap.kind == "exchange":
        _settle_backwards(swap)
    _put_back(swap)
    return True


def changed(swap: Swap) -> MlvcError:
    """What to say when a live path is neither what mlvc found nor what it put there."""
    return MlvcError(
        f"{shown(swap.live)} was changed by someone else meanwhile",
        f"move it away, then run `mlvc recover`; mlvc keeps its side in {shown(swap.slot)}.",
        Exit.DIRTY,
    )


def refuse_unsettled(swap: Swap) -> None:
    """MlvcError BUG if removing the slot would remove something else than it should."""
    live, slot = _seen(swap)
    spare = Identity.of(aside(Path(swap.slot)))
    strange = slot is not None and not _is(slot, swap.old) and not _is(slot, swap.new)
    only = _is(spare, swap.old) and not _is(slot, swap.old) and not _is(live, swap.old)
    if strange or only:
        raise MlvcError(
            f"{shown(swap.slot)} is still needed for {shown(swap.live)}",
            "run `mlvc recover`.",
            Exit.BUG,
        )


def _seen(swap: Swap) -> tuple[Identity | None, Identity | None]:
    return Identity.of(Path(swap.live)), Identity.of(Path(swap.slot))


def _is(entry: Identity | None, planned: Identity | None) -> bool:
    return planned is not None and planned.is_entry(entry)


def _stalled(swap: Swap) -> bool:
    """Whether the fallback of `exchange` was killed with the old content aside."""
    return _is(Identity.of(aside(Path(swap.slot))), swap.old)


def _exchange(swap: Swap) -> None:
    live, slot = Path(swap.live), Path(swap.slot)
    if _stalled(swap):
        _settle_forwards(swap)
    if not _is(Identity.of(slot), swap.new):
        return
    if Identity.of(live) != swap.old:
        if _is(Identity.of(live), swap.new):
            return  # another hard link of the same object, by `dvc checkout`
        raise changed(swap)
    exchange(live, slot)
    if not _is(Identity.of(slot), swap.old):  # replaced just before our rename
        exchange(live, slot)
        raise changed(swap)


def _settle_forwards(swap: Swap) -> None:
    live, slot = Path(swap.live), Path(swap.slot)
    if not os.path.lexists(live) and os.path.lexists(slot):
        move(slot, live)
    if not os.path.lexists(slot):
        move(aside(slot), slot)


def _settle_backwards(swap: Swap) -> None:
    live, slot = Path(swap.live), Path(swap.slot)
    if not _stalled(swap):
        return
    if not os.path.lexists(live):
        move(aside(slot), live)
    elif not os.path.lexists(slot):
        move(aside(slot), slot)


def _install(swap: Swap) -> None:
    live, slot = Path(swap.live), Path(swap.slot)
    if not _is(Identity.of(slot), swap.new):
        return
    if os.path.lexists(live):
        if _is(Identity.of(live), swap.new):
            return  # another hard link of the same object, by `dvc checkout`
        raise changed(swap)
    for folder in swap.made:
        _make_folder(Path(folder))
    move(slot, live)


def _make_folder(folder: Path) -> None:
    try:
        os.mkdir(folder)
    except FileExistsError:
        if not stat.S_ISDIR(os.lstat(folder).st_mode):  # a link leads elsewhere
            raise


def _uninstall(swap: Swap) -> bool:
    live, slot = Path(swap.live), Path(swap.slot)
    ours = True
    if not os.path.lexists(slot) and os.path.lexists(live):
        ours = Identity.of(live) == swap.new
        if ours:
            move(live, slot)
    for folder in reversed(swap.made):
        with suppress(OSError):  # not empty: the user's, or of another step
            os.rmdir(folder)
    return ours


def _remove(swap: Swap) -> None:
    live, slot = Path(swap.live), Path(swap.slot)
    if os.path.lexists(slot) or Identity.of(live) != swap.old:
        return
    move(live, slot)
    if not _is(Identity.of(slot), swap.old):  # replaced just before our rename
        move(slot, live)
        raise changed(swap)


def _put_back(swap: Swap) -> None:
    """Return the old content from the slot, for exchange and remove alike."""
    live, slot = Path(swap.live), Path(swap.slot)
    there = Identity.of(live)
    if not _is(Identity.of(slot), swap.old):
        if there is None and not os.path.lexists(slot):
            raise _lost(swap)
    elif there is None:
        live.parent.mkdir(parents=True, exist_ok=True)
        move(slot, live)
    elif swap.new is not None and there == swap.new:
        exchange(live, slot)
    elif not _is(there, swap.old):
        raise changed(swap)


def _lost(swap: Swap) -> MlvcError:
    return MlvcError(
        f"{shown(swap.live)} is gone, and so is its old content in {shown(swap.slot)}",
        "put it back from the cache with `dvc checkout`; then remove the journal.",
        Exit.MISSING,
    )
