"""All objects of the cache or of a remote, and removing some of them.

Through DVC's object stores, but not by its `gc`: that goes by a list of its own, made later, and so
takes what has come meanwhile; and of the cache it takes folders that hold no objects.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from mlvc.artifacts.documents import plain
from mlvc.artifacts.store import Store
from mlvc.artifacts.unreachable import CLEAR, READ
from mlvc.domain.collection import MANIFEST, Found
from mlvc.errors import MlvcError

_VALUE = re.compile(rb"(?<![0-9a-zA-Z])[0-9a-f]{32}(?:\.dir)?(?![0-9a-zA-Z])")
# DVC 2 had objects at the root, DVC 3 has them below.
_FOLDERS = {"md5": "files/md5", "md5-dos2unix": ""}
_OBJECT = re.compile(r"(files/md5/)?([0-9a-f]{2})/([0-9a-f]{30}(?:\.dir)?)")
# What clouds call the time of the last change.
_DATES = ("created", "mtime", "LastModified", "last_modified", "updated")
_AT_ONCE = 500


def is_pointer(name: str) -> bool:
    """Whether a file of that name says what DVC tracks."""
    return name == "dvc.lock" or name.endswith(".dvc")


class Pointer(NamedTuple):
    """What a file that `is_pointer` says: `values` are those of all digests, `.dir` or not.

    More than DVC would see: also those of files that Git tracks, and in comments. `folders` are the
    manifests among them that outputs have, which are to be somewhere.
    """

    values: set[str]
    folders: set[str]


def pointer(data: bytes, what: str) -> Pointer:
    """Read such a file; raises `MlvcError` where it is none of DVC's."""
    document = plain(data)
    if data.strip() and not isinstance(document, dict):
        raise MlvcError(
            f"{what} cannot be read, so nobody knows which objects it needs",
            "Mend it, or delete what has it, then collect.",
        )
    found = {value.decode() for value in _VALUE.findall(data)}
    return Pointer(found, {v for v in _outputs(document) if v.endswith(MANIFEST)} & found)


def _outputs(document: Any) -> Iterator[str]:
    """What all lists called `outs` say; what is cloud-versioned has its files beside it."""
    if not isinstance(document, dict):
        return
    for key, value in document.items():
        if key == "outs" and isinstance(value, list):
            rows = (row for row in value if isinstance(row, dict) and "files" not in row)
            yield from (str(row.get("md5")) for row in rows)
        else:
            yield from _outputs(value)


def in_cache(store: Store) -> list[Found]:
    """All objects of the cache."""
    return list(_local(store.cache.root))


def on_remote(store: Store, remote: str) -> list[Found]:
    """All objects of a remote; raises `MlvcError` (MISSING) where it cannot be listed."""
    with store.at(remote).asked(READ, "md5-dos2unix") as (_, root):
        if root.fs.protocol == "local":
            return list(_local(Path(root.path)))
        listed = root.fs.fs.find(root.path, detail=True)
        return list(_elsewhere(root, listed))


def _local(root: Path) -> Iterator[Found]:
    for algorithm, inner in _FOLDERS.items():
        with suppress(FileNotFoundError), os.scandir(root / inner) as folders:
            for folder in folders:
                if len(folder.name) == 2 and folder.is_dir(follow_symlinks=False):  # noqa: PLR2004
                    yield from _in_folder(Path(folder.path), algorithm)


def _in_folder(folder: Path, algorithm: str) -> Iterator[Found]:
    with os.scandir(folder) as entries:
        for entry in entries:
            name = f"{folder.name}/{entry.name}"
            if not _OBJECT.fullmatch(name) or entry.is_dir(follow_symlinks=False):
                continue
            stat = entry.stat(follow_symlinks=False)
            target = "".join(linked(Path(entry.path))) if entry.is_symlink() else ""
            digest = f"{algorithm}:{name.replace('/', '')}"
            yield Found(digest, entry.path, stat.st_size, stat.st_ctime, target)


def linked(path: Path) -> tuple[str, ...]:
    """The value of the object that a symbolic link leads to, if it leads to one."""
    target = path.readlink()
    value = target.parent.name + target.name
    return (value,) if _VALUE.fullmatch(os.fsencode(value)) else ()


def _elsewhere(root: Any, listed: Mapping[str, Mapping[str, Any]]) -> Iterator[Found]:
    start = root.path.rstrip("/") + "/"
    for path, info in listed.items():
        match = _OBJECT.fullmatch(path.removeprefix(start))
        if match and info.get("type") != "directory":
            algorithm = "md5" if match[1] else "md5-dos2unix"
            yield Found(f"{algorithm}:{match[2]}{match[3]}", path, info.get("size") or 0, _at(info))


def _at(info: Mapping[str, Any]) -> float | None:
    """The newest of the dates that a cloud tells."""
    return max((at for name in _DATES if (at := _epoch(info.get(name))) is not None), default=None)


def _epoch(date: Any) -> float | None:
    if isinstance(date, str):
        with suppress(ValueError):
            date = datetime.fromisoformat(date)
    if isinstance(date, datetime):
        return date.timestamp()
    return float(date) if isinstance(date, int | float) else None


def remove(
    store: Store, remote: str | None, objects: Iterable[Found], progress: Callable[[int], None]
) -> None:
    """Remove objects from a remote, or from the cache for None, in the order in which they come.

    Raises `MlvcError` where a remote fails, `OSError` where the cache does.
    """
    every = list(objects)
    for start in range(0, len(every), _AT_ONCE):
        progress(start)
        paths = [one.path for one in every[start : start + _AT_ONCE]]
        if remote is None:
            _unlink(paths)
        else:
            _remove(store, remote, paths)


def _remove(store: Store, remote: str, paths: list[str]) -> None:
    from dvc_data.hashfile.db import get_index

    for algorithm in _FOLDERS:
        with store.at(remote).asked(CLEAR, algorithm) as (_, there):
            # DVC notes which folders a remote has whole; that holds no more.
            get_index(there).clear()
    with store.at(remote).asked(CLEAR, "md5") as (_, there):
        if there.fs.protocol == "local":
            _unlink(paths)
        else:
            there.fs.remove(paths)


def _unlink(paths: Iterable[str]) -> None:
    for path in paths:
        Path(path).unlink(missing_ok=True)
