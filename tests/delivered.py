"""I9, asked of two folders: a tag on the Git remote implies its objects on DVC's."""

import hashlib
import json
from collections.abc import Collection, Iterator
from pathlib import Path

import yaml

from tests.project import Project


def without_data(hub: Project, store: Path, paths: Collection[str]) -> Iterator[str]:
    """Each tag of a Git remote some output of which, of these paths, is not whole in `store`."""
    for tag in hub.git("tag").split():
        lock = hub.git("show", f"refs/tags/{tag}^{{commit}}:dvc.lock")
        stages = yaml.safe_load(lock)["stages"].values()
        outs = {out["path"]: out["md5"] for stage in stages for out in stage["outs"]}
        yield from (f"{tag} lacks {path}" for path in paths if not _is_whole(store, outs[path]))


def _is_whole(store: Path, value: str) -> bool:
    file = store / "files/md5" / value[:2] / value[2:]
    data = file.read_bytes() if file.exists() else None
    if data is None or _md5(data) != value.removesuffix(".dir"):
        return False
    inner = json.loads(data) if value.endswith(".dir") else []
    return all(_is_whole(store, entry["md5"]) for entry in inner)


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
