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
from mlvc.workspace.exchange import exchange, move
from mlvc.workspace.lock import locked
from mlvc.workspace.removal import remove_tree

_WORK, _BEGUN = ".mlvc-get-", ".mlvc-new-"
_PRECIOUS = (".git", ".dvc")


@contextmanager
def work_beside(parent: Path) -> Iterator[Path]:
    """A folder in `parent` to work in, gone afterwards; those that a kill left behind go, too.

    Its name ends up as `.mlvc-get-…`; who finds one whose lock nobody holds may remove it.
    """
    if not parent.is_dir():
        raise MlvcError(f"{shown(parent)} is not a folder", f"`mkdir -p {shown(parent)}` first.")
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
        remove_tree(work)


def _sweep(parent: Path) -> None:
    for left in parent.glob(f"{_WORK}*"):
        with suppress(MlvcError, OSError), locked(left / "lock"):
            remove_tree(left)


def refuse_replacing(target: Path, *, folder: bool, force: bool) -> None:
    """Refuse a target that is there, unless it may be replaced; raises `MlvcError`.

    That is by `force`, file by file and folder by folder, and never a repository nor the folder
    that someone is in.
    """
    try:
        mode = os.lstat(target).st_mode
    except FileNotFoundError:
        return
    if not force:
        raise _is_there(target)
    if stat.S_ISDIR(mode) != folder:
        raise MlvcError(
            f"{shown(target)} is {'no' if folder else 'a'} folder, and what would replace it is"
            f" {'one' if folder else 'a file'}",
            "Say another path, or remove it yourself.",
        )
    if folder and (
        Path.cwd().is_relative_to(target) or any((target / p).exists() for p in _PRECIOUS)
    ):
        raise MlvcError(f"{shown(target)} is not replaced: it is a repository, or you are in it")


def settle(new: Path, target: Path, *, force: bool) -> None:
    """Put `new`, of the same filesystem, at `target` in one rename; it is on the disk then.

    What `force` replaces is at `new` afterwards. Raises `MlvcError` as `refuse_replacing`.
    """
    refuse_replacing(target, folder=new.is_dir(), force=force)
    sync_filesystems([new.parent])
    if force and os.path.lexists(target):
        exchange(target, new)
    else:
        try:
            move(new, target)
        except FileExistsError:
            raise _is_there(target) from None
    sync_folder(target.parent)


def _is_there(target: Path) -> MlvcError:
    return MlvcError(
        f"{shown(target)} is there already, with other content",
        "Say another path with `-o`, or replace it by `--force`.",
        Exit.DIRTY,
    )
