"""Putting proven content somewhere: files made from objects, whose proofs stay valid."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from mlvc.artifacts.objects import Content
from mlvc.ops.copying import copy
from mlvc.ops.proving import Prover
from mlvc.workspace.census import Stamp
from mlvc.workspace.memo import Proof
from mlvc.workspace.planting import Planter


def plant(prover: Prover, root: str, files: Mapping[str, str]) -> str:
    """Make files, by path below `root` the digest of their proven object, as `cache.type` says.

    Their folders are made too; "" is `root` itself. What waits for its proof is proven as it is
    copied. Returns the last type of link that was used.
    """
    copied = set(_copied(prover, root, files))
    objects = _Objects(prover, root, files)
    planter = Planter(prover.cache.links)
    planter.plant(objects.of(n, digest) for n, digest in files.items() if n not in copied)
    objects.restamp(planter)
    return planter.kind or ("copy" if copied else "")


def _copied(prover: Prover, root: str, files: Mapping[str, str]) -> Iterator[str]:
    if prover.deferred.waits_for(files.values()):
        for name, digest in files.items():
            path = _below(root, name)
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            if copy(prover, digest, path):
                yield name


def graft(prover: Prover, tree: Path, old: Content, new: Content) -> str:
    """Turn a tree of ours that holds `old` into one of `new`, both folders."""
    gone = {n: d for n, d in old.files.items() if new.files.get(n) != d}
    objects = _Objects(prover, str(tree), gone)
    weeder = Planter(())
    weeder.weed(str(tree), (objects.of(name, digest) for name, digest in gone.items()))
    objects.restamp(weeder)
    late = {n: d for n, d in new.files.items() if old.files.get(n) != d}
    return plant(prover, str(tree), late)


def _below(root: str, name: str) -> str:
    return f"{root}/{name}" if name else root


class _Objects:
    """The objects of some files, and the stamps they were proven with."""

    def __init__(self, prover: Prover, root: str, files: Mapping[str, str]) -> None:
        self._prover, self._root = prover, root
        self._proofs = prover.memo.proofs(set(files.values()))

    def of(self, name: str, digest: str) -> tuple[str, str, Stamp | None]:
        """A file to be made: its path, its object, and the stamp it was proven with."""
        proof = self._proofs.get(digest)
        path = _below(self._root, name)
        return path, self._prover.cache.file(digest), proof.stamp if proof else None

    def restamp(self, planter: Planter) -> None:
        """What was proven holds for the stamps that our own links made."""
        self._prover.memo.prove(
            {
                digest: Proof(now, proof.sha256)
                for digest, proof in self._proofs.items()
                if (now := planter.stamps.get(proof.stamp[1]))
            }
        )
