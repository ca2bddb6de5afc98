"""What is remembered of files, followed through what mlvc itself does to them.

A rename, a link and an unlink change the ctime of a file, and so of the object that it is a link
of: what was proven would be read once more, for nothing.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mlvc.domain.batching import batched
from mlvc.errors import MlvcError
from mlvc.ops.proving import Prover
from mlvc.ops.reading import stamped
from mlvc.workspace.census import Census, census
from mlvc.workspace.proofs import Proof
from mlvc.workspace.removal import remove_tree

_MANY = 25_000
_CTIMES = (4, 6)  # in a stamp: of the content, and of the link to it


@contextmanager
def following(prover: Prover, moves: Iterable[tuple[Path, Path]]) -> Iterator[None]:
    """What is known of files holds for where they are moved meanwhile, from and to given.

    Of folders nothing has to be done: a rename leaves what is in them alone.
    """
    memo = prover.memo
    known = [
        (target, seen, tree)
        for source, target in moves
        if not source.is_dir() or source.is_symlink()
        if (seen := census(source)) and (tree := memo.tree(seen, anyway=True))
    ]
    proofs = untouched(prover, {tree.digest for _, _, tree in known})
    yield
    for target, seen, tree in known:
        now = census(target)
        if now and _unchanged(seen, now):
            memo.follow_tree(tree, seen, now)
    restamp(prover, proofs)


def _unchanged(before: Census, after: Census) -> bool:
    """Whether a file is the same but for its ctimes."""
    one, other = (
        [value for at, value in enumerate(seen.files.get("", ())) if at not in _CTIMES]
        for seen in (before, after)
    )
    return bool(one) and one == other


@contextmanager
def unharmed(prover: Prover, digests: Iterable[str]) -> Iterator[None]:
    """What is proven of objects holds when trees of these digests are removed meanwhile."""
    wanted, proofs = list(digests), {}
    if wanted and "hardlink" in prover.cache.links:
        # In the order of the manifests, in which they were proven: they are sooner found so.
        objects = dict.fromkeys(one for digest in wanted for one in _objects(prover, digest))
        proofs = untouched(prover, objects)
    yield
    restamp(prover, proofs)


def remove(prover: Prover, tree: Path, digest: str) -> None:
    """Remove a tree of ours that should hold `digest`."""
    with unharmed(prover, [digest] if os.path.lexists(tree) else []):
        remove_tree(tree)


def _objects(prover: Prover, digest: str) -> Iterable[str]:
    if not digest.endswith(".dir"):
        return [digest]
    try:
        objects = prover.manifest(digest, digest).values()
    except MlvcError:
        return []  # what is not known to be sound has no proofs to lose
    prover.put_away(digest)
    return objects


def untouched(prover: Prover, digests: Collection[str]) -> dict[str, Proof]:
    """The proofs of those objects that are as they were proven, be it before `Memo.forget`."""
    memo, file = prover.memo, prover.cache.file
    found: dict[str, Proof] = {}
    for some in batched(digests, _MANY):
        proofs = memo.proofs(some, anyway=True)
        found |= {d: proof for d, proof in proofs.items() if stamped(file(d)) == proof.stamp}
        memo.let_go(some)  # what is void of many thousands would take much memory
    return found


def restamp(prover: Prover, proofs: Mapping[str, Proof]) -> None:
    """Take over new ctimes, after links of mlvc's own to `untouched` objects went."""
    prover.memo.restamp(
        {
            digest: Proof(new, proof.sha256)
            for digest, proof in proofs.items()
            if (new := stamped(prover.cache.file(digest))) and new[:4] == proof.stamp[:4]
        }
    )
