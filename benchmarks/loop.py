"""The limit of what Python can do: read two manifests, link what differs. Not safe, not atomic.

    python loop.py CACHE OLD NEW TREE hardlink|copy

OLD and NEW are cache objects: manifests of folders, or files. OLD may be `-`, for nothing.
"""

import json
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from os import fspath, link, makedirs, unlink
from os.path import dirname
from pathlib import Path

Link = Callable[[str, str], object]


def switch(cache: Path, old: str, new: Path, tree: Path, put: Link) -> None:
    """Make `tree` that of `new`, where it is that of `old`."""
    if new.suffix != ".dir":
        tree.unlink(missing_ok=True)
        put(fspath(new), fspath(tree))
        return
    here, there = _files(old), _files(fspath(new))
    root, objects = fspath(tree), fspath(cache)
    for name in here.keys() - there.keys():
        unlink(f"{root}/{name}")
    made = set()
    for name, digest in there.items():
        if here.get(name) == digest:
            continue
        path = f"{root}/{name}"
        if name in here:
            unlink(path)
        elif (folder := dirname(path)) not in made:
            makedirs(folder, exist_ok=True)
            made.add(folder)
        put(f"{objects}/{digest[:2]}/{digest[2:]}", path)


def _files(manifest: str) -> dict[str, str]:
    if manifest == "-":
        return {}
    rows = json.loads(Path(manifest).read_bytes())
    return {row["relpath"]: row["md5"] for row in rows}


if __name__ == "__main__":
    _cache, _old, _new, _tree, _kind = sys.argv[1:]
    with suppress(BrokenPipeError):
        _put: Link = link if _kind == "hardlink" else shutil.copyfile
        switch(Path(_cache), _old, Path(_new), Path(_tree), _put)
