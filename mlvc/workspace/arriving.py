"""A file or folder that arrives: made beside its place, and there by one rename, or not at all."""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mlvc.errors import Exit, MlvcError
from mlvc.workspace.confine import shown
from mlvc.workspace.durable import sync_filesystems, sync_folder
from mlvc.workspace.exchange import aside, exchange, move
from mlvc.workspace.lock import locked
from mlvc.workspace.precious import ELSEWHERE, has_repository, refuse_inside
from mlvc.workspace.removal import remove_tree
from mlvc.workspace.undisturbed import undisturbed

NEW = "new"
"""What arrives, in the folder to work in."""
_WORK, _BEGUN = ".mlvc-get-", ".mlvc-new-"


@contextmanager
def work_beside(parent: Path) -> Iterator[Path]:
    """A folder in `parent` to work in, gone afterwards; those that a kill left behind go, too.

    Its name ends up as `.mlvc-get-…`; who finds one whose lock nobody holds may remove it.
    """
    refuse_inside(parent.resolve() / _WORK)
    if not parent.is_dir():
        raise _no_folder(parent)
    _sweep(parent)
    name = secrets.token_hex(8)
    begun, work = parent / f"{_BEGUN}{name}", parent / f"{_WORK}{name}"
    begun.mkdir(mode=0o700)
    try:
        with locked(begun / "lock"):
            begun.rename(work)  # only now, so that nobody takes it for one left behind
            yield work
    finally:
        remove_tree(begun)
        _clear(work)


def _no_folder(parent: Path) -> MlvcError:
    there = next(path for path in (parent, *parent.parents) if os.path.lexists(path))
    if there.is_dir():
        return MlvcError(f"{shown(parent)} is not a folder", f"`mkdir -p {shown(parent)}` first.")
    return MlvcError(f"{shown(there)} is a file, and no folder", ELSEWHERE)


def _sweep(parent: Path) -> None:
    for left in parent.glob(f"{_WORK}*"):
        with suppress(MlvcError, OSError), locked(left / "lock"):
            _clear(left)


def _clear(work: Path) -> None:
    # Cut off between two renames, it has the only copy of what `--force` replaces.
    if not os.path.lexists(aside(work / NEW)):
        remove_tree(work)


def refuse_replacing(target: Path, *, folder: bool, force: bool) -> None:
    """Refuse a target that is there, unless it may be replaced; raises `MlvcError`.

    That is by `force`, file by file and folder by folder, and never what Git or DVC keeps, nor the
    folder that someone is in.
    """
    refuse_inside(target)
    try:
        was_folder = stat.S_ISDIR(os.lstat(target).st_mode)
    except FileNotFoundError:
        return
    why, hint = _against(target, was_folder=was_folder, folder=folder)
    if not force:
        raise _is_there(target, hint)
    if why:
        raise MlvcError(f"{shown(target)} is {why}", hint)


def _against(target: Path, *, was_folder: bool, folder: bool) -> tuple[str, str]:
    """Why not even `--force` replaces what is there, and what to do instead."""
    if was_folder and not folder:
        why = "a folder, and what would replace it is a file"
        return why, f"Say a path in it, such as `-o {shown(target)}/NAME`, or another one."
    if folder and not was_folder:
        why = "no folder, and what would replace it is one"
        return why, "Say another path with `-o`, or remove it yourself."
    if folder and (Path.cwd().is_relative_to(target) or has_repository(target)):
        return "not replaced: it is a repository or has one in it, or you are in it", ELSEWHERE
    return "", ""


def settle(new: Path, target: Path, *, force: bool) -> None:
    """Put `new`, of the same filesystem, at `target` in one rename; it is on the disk then.

    What `force` replaces is at `new` afterwards. Raises `MlvcError` as `refuse_replacing`.
    """
    refuse_replacing(target, folder=new.is_dir(), force=force)
    sync_filesystems([new.parent])
    if force and os.path.lexists(target):
        with undisturbed():  # where it takes two renames, both or none
            exchange(target, new)
    else:
        try:
            move(new, target)
        except FileExistsError:
            raise _is_there(target) from None
    sync_folder(target.parent)


def _is_there(target: Path, hint: str = "") -> MlvcError:
    return MlvcError(
        f"{shown(target)} is there already, with other content",
        hint or "Say another path with `-o`, or replace it by `--force`.",
        Exit.DIRTY,
    )
