"""Looking at a large folder by two processes: of many files, their status takes longest."""

import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from mlvc.errors import MlvcError
from mlvc.workspace.beside import beside
from mlvc.workspace.census import Census, census, glances


def census_by_two(path: Path) -> Census | None:
    """The same as `census`, in little more than half the time where there are many files."""
    looked = time.time_ns()
    top = path.lstat() if os.path.lexists(path) else None
    if top is None or not stat.S_ISDIR(top.st_mode):
        return census(path)
    text = os.fspath(path)
    names = list(_names(text))
    half = len(names) // 2
    with beside(lambda: glances(text, names[half:]), files=len(names)) as other:
        found = glances(text, names[:half])
        try:
            found += other()
        except MlvcError:  # where we ignore a signal, it ended that process all the same
            found += glances(text, names[half:])
    files = dict(zip(map(sys.intern, names), found, strict=True))
    return Census(text, top.st_dev, top.st_ino, files, looked)


def _names(top: str) -> Iterator[str]:
    """The relative paths of all that is no folder."""
    folders = [("", top)]
    while folders:
        prefix, folder = folders.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                name = prefix + entry.name
                if entry.is_dir(follow_symlinks=False):
                    folders.append((f"{name}/", f"{top}/{name}"))
                else:
                    yield name
