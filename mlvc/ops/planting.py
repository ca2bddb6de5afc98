"""Putting proven content somewhere: files made from objects, whose proofs stay valid."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mlvc.ops.copying import copy
from mlvc.ops.proving import Prover
from mlvc.workspace.before import Before
from mlvc.workspace.beside import beside
from mlvc.workspace.census import Census, Stamp, census
from mlvc.workspace.memo import Proof
from mlvc.workspace.planting import Changed, Made, Planter, weed

_Item = tuple[str, str]


def plant(prover: Prover, root: str, files: Mapping[str, str]) -> tuple[str, Census | None]:
    """Make files, by path below `root` the digest of their proven object, as `cache.type` says.

    Their folders are made too; "" is `root` itself. What waits for its proof is proven as it is
    copied. Returns the last type of link that was used, and all that is there afterwards. Raises
    `Changed` where an object is not as it was proven.
    """
    copied = set(_copied(prover, root, files))
    objects = _Objects(prover, root, {n: d for n, d in files.items() if n not in copied})
    first, second = objects.halves()
    with beside(lambda: objects.plant(second), files=len(files)) as other:
        made = (objects.plant(first), other())
    seen = census(Path(root))
    if seen:
        objects.confirm(made, seen)
    kind = made[0].kind or made[1].kind or ("copy" if copied else "")
    return kind, seen


def _copied(prover: Prover, root: str, files: Mapping[str, str]) -> Iterator[str]:
    if prover.deferred.waits_for(files.values()):
        for name, digest in files.items():
            path = _below(root, name)
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            if copy(prover, digest, path):
                yield name


class Difference(NamedTuple):
    """What two folders do not share: the files of the old one, and those of the `new`, a digest."""

    gone: Mapping[str, str]
    late: Mapping[str, str]
    new: str


def graft(
    prover: Prover, tree: Path, difference: Difference, left: str = ""
) -> tuple[str, Census | None]:
    """Turn a tree of ours that holds the old folder into the new one; returns as `plant`.

    `left` is its fingerprint when it held that, where nobody has looked since. Raises `Changed`
    where it is another now.
    """
    gone, late, new = difference
    before = Before(tree, gone, late) if left else None
    proofs = prover.memo.proofs(set(late.values())) if left else {}
    _Objects(prover, str(tree), gone).weed()
    kind, seen = plant(prover, str(tree), late)
    known = before is None or (seen and before.fingerprint(seen, proofs.values()) == left)
    # It may be another and as good: objects that stay in it were linked elsewhere meanwhile.
    if not known and not prover.holds(seen, new):
        raise Changed(str(tree))
    return kind, seen


def _below(root: str, name: str) -> str:
    return f"{root}/{name}" if name else root


class _Objects:
    """The objects of some files, and the stamps they were proven with."""

    def __init__(self, prover: Prover, root: str, files: Mapping[str, str]) -> None:
        self._prover, self._root, self._files = prover, root, files
        self._proofs = prover.memo.proofs(set(files.values()))

    def halves(self) -> tuple[list[_Item], list[_Item]]:
        """The files in two halves: all of an object are in the same.

        If it can be, all of a folder too: two processes cannot write to one folder at once.
        """
        items = list(self._files.items())
        if len(set(self._files.values())) == len(items):
            return items[: len(items) // 2], items[len(items) // 2 :]
        odd = [item for item in items if item[1][-1] in "13579bdf"]
        return odd, [item for item in items if item[1][-1] not in "13579bdf"]

    def plant(self, files: list[_Item]) -> Made:
        """Make some of the files."""
        return Planter(self._prover.cache.links).plant(self._of(*item) for item in files)

    def weed(self) -> None:
        """Take the files away; what was proven holds for the stamps that this makes."""
        stamps = weed(self._root, (self._of(*item) for item in self._files.items()))
        self._prover.memo.prove(
            {
                digest: Proof(now, proof.sha256)
                for digest, proof in self._proofs.items()
                if (now := stamps.get(proof.stamp[1]))
            }
        )

    def _of(self, name: str, digest: str) -> tuple[str, str, Stamp | None]:
        proof = self._proofs.get(digest)
        path = _below(self._root, name)
        return path, self._prover.cache.file(digest), proof.stamp if proof else None

    def confirm(self, made: tuple[Made, Made], seen: Census) -> None:
        """See that what was linked are the proven objects: our links changed no more of them."""
        copies = {path for half in made for path in half.copies}
        linked = any(half.kind in ("hardlink", "symlink") for half in made)
        found: dict[str, Proof] = {}
        for name, digest in self._files.items():
            proof, now = self._proofs[digest], seen.files.get(name, ())
            if now[:4] == proof.stamp[:4]:
                found[digest] = tuple.__new__(Proof, (now[:5], proof.sha256))
            elif linked and _below(self._root, name) not in copies:
                raise Changed(self._prover.cache.file(digest))
        self._prover.memo.prove(found)
