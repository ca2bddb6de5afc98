"""Lock files of a git that was killed: git removes its own at its end, and a kill is none."""

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

# Git waits this long for another's lock on a ref and gives up; so none holds one longer by intent.
_PATIENCE = 0.15  # seconds

_Seen = tuple[int, int]  # inode and time of change


def remove(git_dir: Path, common_dir: Path) -> None:
    """Remove locks on refs that stay as they are for a while; for who knows that a git was killed.

    `index.lock` is left alone: an editor may be open over it.
    """
    found = _seen(_locks(git_dir, common_dir))
    if found:
        time.sleep(_PATIENCE)
    for path, was in found.items():
        if _seen([path]).get(path) == was:
            path.unlink(missing_ok=True)


def _locks(git_dir: Path, common_dir: Path) -> Iterator[Path]:
    yield git_dir / "HEAD.lock"
    yield git_dir / "mlvc" / "index.next.lock"
    yield common_dir / "packed-refs.lock"
    for folder, _, names in os.walk(common_dir / "refs"):
        yield from (Path(folder, name) for name in names if name.endswith(".lock"))


def _seen(paths: Iterable[Path]) -> dict[Path, _Seen]:
    found: dict[Path, _Seen] = {}
    for path in paths:
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue
        found[path] = status.st_ino, status.st_ctime_ns
    return found
