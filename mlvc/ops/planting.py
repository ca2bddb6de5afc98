"""Putting proven content somewhere: files made from objects, whose proofs stay valid."""

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from mlvc.ops.copying import copy
from mlvc.ops.proving import Prover
from mlvc.workspace.beside import beside
from mlvc.workspace.census import Census, Files, Stamp, glances
from mlvc.workspace.planting import Changed, Made, Planter, refuse_links, weed
from mlvc.workspace.proofs import Proof, as_proof

_FEW = 10_000


class Spare(NamedTuple):
    """A tree of ours, what was seen in it, and what to change: the files that go and that come.

    Both have the digests of their objects by their paths.
    """

    tree: Census
    gone: Mapping[str, str]
    late: Mapping[str, str]


def plant(prover: Prover, root: str, files: Mapping[str, str]) -> tuple[str, Census | None]:
    """Make files, by path below `root` the digest of their proven object, as `cache.type` says.

    Their folders are made too; "" is `root` itself. What waits for its proof is proven as it is
    copied. Returns the last type of link that was used, and what was made. Raises `Changed` where
    an object is not as it was proven.
    """
    looked = time.time_ns()
    kind, seen = _plant(prover, root, files)
    if not os.path.lexists(root):
        return kind, None
    top = os.lstat(root)
    return kind, Census(root, top.st_dev, top.st_ino, seen, looked)


def graft(prover: Prover, tree: Path, spare: Spare) -> tuple[str, Census]:
    """Turn a spare tree, which was moved to `tree`, into the new one; returns as `plant`.

    It was looked at before: all that is looked at once more is what is changed here.
    """
    refuse_links(tree, {name.rpartition("/")[0] for name in (*spare.gone, *spare.late)})
    looked = time.time_ns()
    prover.memo.proofs({*spare.gone.values(), *spare.late.values()})  # at once, and not in two
    weeded = _Objects(prover, str(tree), spare.gone).weed()
    kind, late = _plant(prover, str(tree), spare.late)
    files = {name: seen for name, seen in spare.tree.files.items() if name not in spare.gone}
    now = weeded | {seen[1]: seen[:5] for seen in late.values() if len(seen) > 1}
    for name, seen in files.items():
        # The same object may be there under other names, with the ctime that it has now.
        if len(seen) > 1 and seen[1] in now:
            files[name] = (*now[seen[1]], *seen[5:])
    return kind, replace(spare.tree, path=str(tree), files=files | late, looked=looked)


def _plant(prover: Prover, root: str, files: Mapping[str, str]) -> tuple[str, Files]:
    """Make files: as `plant`, and what they are."""
    copied = dict.fromkeys(_copied(prover, root, files))
    objects = _Objects(prover, root, {n: d for n, d in files.items() if n not in copied})
    first, second = objects.halves()
    with beside(lambda: objects.plant(second), files=len(files)) as other:
        (one, seen), (two, more) = objects.plant(first), other()
    found = dict(zip(first + second, seen + more, strict=True))
    objects.confirm((one, two), found)
    found.update(zip(copied, glances(root, copied), strict=True))
    return one.kind or two.kind or ("copy" if copied else ""), found


def _copied(prover: Prover, root: str, files: Mapping[str, str]) -> Iterator[str]:
    if prover.deferred.waits_for(files.values()):
        for name, digest in files.items():
            path = _below(root, name)
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            if copy(prover, digest, path):
                yield name


def _below(root: str, name: str) -> str:
    return f"{root}/{name}" if name else root


class _Objects:
    """The objects of some files, and the stamps they were proven with."""

    def __init__(self, prover: Prover, root: str, files: Mapping[str, str]) -> None:
        self._prover, self._root, self._files = prover, root, files
        self._proofs = prover.memo.proofs(set(files.values()))
        prover.memo.let_go(self._proofs)

    def halves(self) -> tuple[list[str], list[str]]:
        """Their names in two halves: all of an object are in the same.

        If it can be, all of a folder too: two processes cannot write to one folder at once.
        """
        files, names = self._files, list(self._files)
        if len(set(files.values())) == len(names):
            return names[: len(names) // 2], names[len(names) // 2 :]
        odd = [name for name in names if files[name][-1] in "13579bdf"]
        return odd, [name for name in names if files[name][-1] not in "13579bdf"]

    def plant(self, names: list[str]) -> tuple[Made, list[tuple[int, ...]]]:
        """Make some of the files, and look at them: our links change no more than ctimes."""
        files = (self._of(name, self._files[name]) for name in names)
        made = Planter(self._prover.cache.links).plant(files)
        return made, glances(self._root, names)

    def weed(self) -> dict[int, Stamp]:
        """Take the files away; what was proven holds for the stamps that this makes, by inode."""
        stamps = weed(self._root, (self._of(*item) for item in self._files.items()))
        self._prover.memo.restamp(
            {
                digest: Proof(now, proof.sha256)
                for digest, proof in self._proofs.items()
                if (now := stamps.get(proof.stamp[1]))
            }
        )
        return stamps

    def _of(self, name: str, digest: str) -> tuple[str, str, Stamp | None]:
        proof = self._proofs.get(digest)
        path = _below(self._root, name)
        return path, self._prover.cache.file(digest), proof.stamp if proof else None

    def confirm(self, made: tuple[Made, Made], seen: Files) -> None:
        """See that what was linked are the proven objects: our links changed no more of them."""
        copies = {path for half in made for path in half.copies}
        linked = any(half.kind in ("hardlink", "symlink") for half in made)
        found: dict[str, Proof] = {}
        proofs = self._proofs
        for name, digest in self._files.items():
            proof, now = proofs[digest], seen.get(name, ())
            if now[:4] == proof.stamp[:4]:
                # In place of the one before: there may be 100,000.
                found[digest] = proofs[digest] = as_proof((now[:5], proof.sha256))
            elif linked and _below(self._root, name) not in copies:
                raise Changed(self._prover.cache.file(digest))
            if len(found) == _FEW:  # all at once would take much memory
                self._prover.memo.restamp(found)
                found = {}
        self._prover.memo.restamp(found)
