"""What of the old tree is the user's and not the manifest's."""

import errno
import itertools
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from mlvc.errors import naming
from mlvc.workspace.durable import sync_folder
from mlvc.workspace.exchange import move


def strangers(tree: Path, known: Callable[[str, str], bool]) -> list[str]:
    """The relative paths below `tree` that `known(relative, path)` does not accept.

    Every file, link (by itself, not followed) and special file is asked about, folders
    are not. A `tree` that is no folder is asked about as ""; a missing one has none.
    OSError where a folder cannot be read: then nobody may say that nothing is there.
    """
    if not os.path.lexists(tree):
        return []
    if tree.is_symlink() or not tree.is_dir():
        return [] if known("", str(tree)) else [""]
    return [name for name in _entries(str(tree), "") if not known(name, f"{tree}/{name}")]


def save(tree: Path, paths: Iterable[str], destination: Path) -> list[Path]:
    """Move `paths` of `tree` below `destination` and say where each is now, durably.

    Relative paths are kept ("" becomes `destination` itself); what is in the way of one
    sends it to `destination.1`, `.2`, …: nothing is overwritten. Killed in between it
    can run again with what `strangers` then says.
    """
    saved = [_save(tree / path, destination, path) for path in paths]
    for folder in {parent for path in saved for parent in _up(path, destination)}:
        sync_folder(folder)
    return saved


def _up(path: Path, destination: Path) -> list[Path]:
    above = destination.parent
    return [p for p in path.parents if p == above or above in p.parents]


def _entries(folder: str, prefix: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            name = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from _entries(entry.path, name + "/")
            else:
                yield name


def _save(source: Path, destination: Path, path: str) -> Path:
    for folder in _names(destination):
        target = folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            _move(source, target)
        except (FileExistsError, NotADirectoryError):
            continue
        return target
    raise AssertionError("unreachable: the names do not end")


def _names(wanted: Path) -> Iterator[Path]:
    yield wanted
    for number in itertools.count(1):
        yield wanted.with_name(f"{wanted.name}.{number}")


def _move(source: Path, target: Path) -> None:
    try:
        move(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _carry(source, target)


def _carry(source: Path, target: Path) -> None:
    """Move to another filesystem: the source goes when the copy is on the disk."""
    partial = target.with_name(target.name + ".part")
    with naming(partial):
        shutil.copy2(source, partial, follow_symlinks=False)
    if not partial.is_symlink():
        with open(partial, "rb") as file:
            os.fsync(file.fileno())
    move(partial, target)
    sync_folder(target.parent)
    os.unlink(source)
