"""Objects that arrive as bytes, and not from a DVC remote; a cache that several clones share."""

import hashlib
import os
import secrets
from pathlib import Path

from mlvc.artifacts.objects import Cache
from mlvc.errors import naming


def receive(cache: Cache, digest: str, data: bytes) -> bool:
    """Put an object into the cache, read-only as DVC's own; False where the bytes are others."""
    algorithm, _, value = digest.partition(":")
    found = hashlib.md5(data, usedforsecurity=False).hexdigest()
    if algorithm != "md5" or found != value.removesuffix(".dir"):
        return False
    path = cache.path(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, data)
    return True


def _write(path: Path, data: bytes) -> None:
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        with naming(path), beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o444)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def share_cache(root: Path, folder: Path) -> None:
    """Have project `root` keep its objects in `folder`, unless it or the machine says where."""
    from configobj import ConfigObj
    from dvc.config import Config

    if "dir" in Config(str(root / ".dvc")).get("cache", {}):
        return
    # Not through DVC, which cannot write a path that is not ASCII.
    config = ConfigObj(str(root / ".dvc" / "config.local"), encoding="utf-8")
    config.merge({"cache": {"dir": str(folder)}})
    config.write()
