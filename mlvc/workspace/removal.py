"""Removing whole trees of our own."""

import os
import shutil
import stat
from pathlib import Path

from mlvc.workspace.durable import sync_folder


def remove_tree(path: Path) -> None:
    """Remove a file, a link (not its target) or a folder with all in it.

    Gone already is fine. Modes of files are left alone, for a file may be a hard
    link of a read-only cache object; folders are made writable where that is needed.
    """
    try:
        mode = os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    if not stat.S_ISDIR(mode):
        os.unlink(path)
        return
    try:
        shutil.rmtree(path)
    except PermissionError:
        _unlock_folders(path)
        shutil.rmtree(path)


def remove_empty(folder: Path, root: Path) -> None:
    """Remove a folder below `root` if it is empty, then those above it: what git does, too.

    It is durable.
    """
    while root in folder.parents:
        try:
            os.rmdir(folder)
        except FileNotFoundError:
            pass  # by the removal of a sibling, or before a crash
        except OSError:
            break
        folder = folder.parent
    sync_folder(folder)


def _unlock_folders(path: Path) -> None:
    os.chmod(path, 0o700)
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                _unlock_folders(Path(entry.path))
