"""Putting proven content somewhere: files made from objects, whose proofs stay valid."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from mlvc.artifacts.objects import Content
from mlvc.ops.copying import copy
from mlvc.ops.proving import Prover
from mlvc.workspace.census import Stamp
from mlvc.workspace.memo import Proof
from mlvc.workspace.planting import Planter


def plant(prover: Prover, files: Mapping[str, str]) -> str:
    """Make files, by absolute path the digest of their proven object, as `cache.type` says.

    Their folders are made too. What waits for its proof is proven as it is copied. Returns the
    last type of link that was used.
    """
    copied = set(_copied(prover, files))
    objects = _Objects(prover, files)
    planter = Planter(prover.cache.links)
    planter.plant(objects.of(p, digest) for p, digest in files.items() if p not in copied)
    objects.restamp(planter)
    return planter.kind or ("copy" if copied else "")


def _copied(prover: Prover, files: Mapping[str, str]) -> Iterator[str]:
    if prover.deferred.waits_for(files.values()):
        for path, digest in files.items():
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            if copy(prover, digest, path):
                yield path


def graft(prover: Prover, tree: Path, old: Content, new: Content) -> str:
    """Turn a tree of ours that holds `old` into one of `new`, both folders."""
    gone = {f"{tree}/{n}": d for n, d in old.files.items() if new.files.get(n) != d}
    objects = _Objects(prover, gone)
    weeder = Planter(())
    weeder.weed(str(tree), (objects.of(path, digest) for path, digest in gone.items()))
    objects.restamp(weeder)
    late = {f"{tree}/{n}": d for n, d in new.files.items() if old.files.get(n) != d}
    return plant(prover, late)


class _Objects:
    """The objects of some files, and the stamps they were proven with."""

    def __init__(self, prover: Prover, files: Mapping[str, str]) -> None:
        self._prover = prover
        self._proofs = prover.memo.proofs(set(files.values()))

    def of(self, path: str, digest: str) -> tuple[str, str, Stamp | None]:
        """A file to be made: its path, its object, and the stamp it was proven with."""
        proof = self._proofs.get(digest)
        return path, self._prover.cache.file(digest), proof.stamp if proof else None

    def restamp(self, planter: Planter) -> None:
        """What was proven holds for the stamps that our own links made."""
        self._prover.memo.prove(
            {
                digest: Proof(planter.stamps[source], proof.sha256)
                for digest, proof in self._proofs.items()
                if (source := self._prover.cache.file(digest)) in planter.stamps
            }
        )
