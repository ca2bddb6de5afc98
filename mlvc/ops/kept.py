"""Whole trees beside the live ones, a rename away: prepared ones, and what the last swap left.

Deleting them loses nothing but time. What they hold is proven before it is used, like
everything else that goes live.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from mlvc.errors import naming
from mlvc.ops import following
from mlvc.ops.proving import Prover

Claims = dict[str, dict[str, str]]
"""The digests of the trees that a release needs, by the path of the output, by the release."""


KINDS = ("ready", "spare")


class Kept(NamedTuple):
    """The kept trees of a project, below `folder`.

    `ready/` holds those that were prepared, and `spare/` at most one for each output.
    `prepared.json` says for which releases the former are.
    """

    folder: Path

    def find(self, path: str, digest: str) -> Path | None:
        """The tree that is kept of this content for the output at `path`."""
        for kind in KINDS:
            if os.path.lexists(found := self._name(kind, path, digest)):
                return found
        return None

    def spare(self, path: str) -> tuple[Path, str] | None:
        """The spare tree of an output, and the digest of what it should hold."""
        return next(self._spares(path), None)

    def spares(self) -> list[tuple[Path, str]]:
        """All of them."""
        return [(tree, digest) for _, tree, digest in self._entries("spare")]

    def place(self, prover: Prover, path: str, digest: str, *, ready: bool) -> Path:
        """Where a tree of this content is to be kept; makes room there."""
        target = self._name("ready" if ready else "spare", path, digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        following.remove(prover, target, digest)
        for other, held in [] if ready else list(self._spares(path)):
            following.remove(prover, other, held)
        return target

    def claims(self) -> Claims:
        """Which trees are kept ready for which releases; nothing, whatever is wrong with it."""
        try:
            found = json.loads(self._list.read_bytes())
            return {
                str(name): {str(path): str(digest) for path, digest in trees.items()}
                for name, trees in found.items()
            }
        except (OSError, ValueError, AttributeError):
            return {}

    def claim(self, release: str, trees: Mapping[str, str]) -> None:
        """Keep these trees, digests by path, ready for a release, with what it has already."""
        claims = self.claims()
        self._write({**claims, release: {**claims.get(release, {}), **trees}})

    def disclaim(self, releases: Iterable[str]) -> None:
        """Keep nothing ready for these releases."""
        gone = set(releases)
        self._write({name: trees for name, trees in self.claims().items() if name not in gone})

    def is_claimed(self, path: str, digest: str) -> bool:
        """Whether some release is to be kept ready that needs this tree."""
        return any(trees.get(path) == digest for trees in self.claims().values())

    def unclaimed(self) -> list[tuple[Path, str]]:
        """The prepared trees that no release needs, and the digests of what they should hold."""
        needed = {
            self._name("ready", path, digest)
            for trees in self.claims().values()
            for path, digest in trees.items()
        }
        return [(tree, digest) for _, tree, digest in self._entries("ready") if tree not in needed]

    def digests(self) -> set[str]:
        """What all kept trees hold, and what they were to hold."""
        held = {digest for kind in KINDS for _, _, digest in self._entries(kind)}
        return held.union(*(trees.values() for trees in self.claims().values()))

    @property
    def _list(self) -> Path:
        return self.folder / "prepared.json"

    def _write(self, claims: Claims) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self._list.with_suffix(".tmp")
        with naming(self._list):
            temporary.write_text(json.dumps(claims, indent=1), encoding="ascii")
        temporary.replace(self._list)

    def _spares(self, path: str) -> Iterator[tuple[Path, str]]:
        for key, tree, digest in self._entries("spare"):
            if key == _key(path):
                yield tree, digest

    def _entries(self, kind: str) -> Iterator[tuple[str, Path, str]]:
        found: list[Path] = []
        with suppress(FileNotFoundError, NotADirectoryError):
            found = sorted((self.folder / kind).iterdir())
        for entry in found:
            key, _, digest = entry.name.partition("-")
            yield key, entry, digest.replace("=", ":")

    def _name(self, kind: str, path: str, digest: str) -> Path:
        return self.folder / kind / f"{_key(path)}-{digest.replace(':', '=')}"


def _key(path: str) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
