"""Proving large objects while they are copied, and what waited for that."""

from mlvc.ops.deferring import Deferred
from mlvc.ops.proving import Prover
from mlvc.ops.reading import copied


def copy(prover: Prover, digest: str, target: str) -> bool:
    """Copy an object whose proof was deferred, and prove it; False where it was not.

    A second copy is proven by its own bytes, too: of the first there may be no proof to go by.
    Raises `MlvcError` (CORRUPT), and leaves no copy.
    """
    if digest not in prover.deferred.names:
        return False
    what, expected = prover.deferred.names[digest], prover.deferred.expected.get(digest, "")
    proof, sha256 = copied(prover.cache, digest, target, expected)
    if not sha256:
        # Its name tells whether it is corrupt, or the release was tampered with.
        prover.prove({digest: what}, sha256=True)
        return False
    prover.deferred.copied.add(digest)
    prover.sha256[digest] = sha256
    prover.memo.prove({digest: proof} if proof else {})
    return True


def catch_up(prover: Prover) -> None:
    """Prove what was deferred and not copied, and judge what waited for that."""
    deferred, prover.deferred = prover.deferred, Deferred()
    left = {d: what for d, what in deferred.names.items() if d not in deferred.copied}
    prover.prove(left, sha256=True)
    for check in deferred.checks:
        check()
