"""Whole trees beside the live ones, a rename away: prepared ones, and what the last swap left.

Deleting them loses nothing but time. What they hold is proven before it is used, like
everything else that goes live.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mlvc.workspace.removal import remove_tree


@dataclass(frozen=True)
class Kept:
    """The kept trees of a project, below `folder`.

    `ready/` holds those that were prepared, and `spare/` at most one for each output.
    """

    folder: Path

    def find(self, path: str, digest: str) -> Path | None:
        """The tree that is kept of this content for the output at `path`."""
        for kind in ("ready", "spare"):
            if os.path.lexists(found := self._name(kind, path, digest)):
                return found
        return None

    def spare(self, path: str) -> tuple[Path, str] | None:
        """The spare tree of an output, and the digest of what it should hold."""
        return next(self._spares(path), None)

    def place(self, path: str, digest: str, *, ready: bool) -> Path:
        """Where a tree of this content is to be kept; makes room there."""
        target = self._name("ready" if ready else "spare", path, digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_tree(target)
        for other, _ in [] if ready else list(self._spares(path)):
            remove_tree(other)
        return target

    def ready(self) -> list[tuple[str, Path]]:
        """All prepared trees: the key of the output, and where it is."""
        folder = self.folder / "ready"
        found = sorted(folder.iterdir()) if folder.is_dir() else []
        return [(entry.name.partition("-")[0], entry) for entry in found]

    def _spares(self, path: str) -> Iterator[tuple[Path, str]]:
        folder = self.folder / "spare"
        for entry in sorted(folder.iterdir()) if folder.is_dir() else []:
            key, _, digest = entry.name.partition("-")
            if key == _key(path):
                yield entry, digest.replace("=", ":")

    def _name(self, kind: str, path: str, digest: str) -> Path:
        return self.folder / kind / f"{_key(path)}-{digest.replace(':', '=')}"


def _key(path: str) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
