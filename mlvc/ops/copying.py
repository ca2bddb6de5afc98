"""Proving large objects while they are copied, and what waited for that."""

import time

from mlvc.ops.deferring import Deferred
from mlvc.ops.proving import Prover
from mlvc.ops.reading import copied, stamped
from mlvc.workspace.census import GRAIN


def copy(prover: Prover, digest: str, target: str) -> bool:
    """Copy an object whose proof was deferred, and prove it; False where it was not.

    A second copy is proven by its own bytes, too: of the first there may be no proof to go by.
    Raises `MlvcError` (CORRUPT), and leaves no copy.
    """
    if digest not in prover.deferred.names:
        return False
    what, expected = prover.deferred.names[digest], prover.deferred.expected.get(digest, "")
    noted = _Noted(prover, digest, expected)
    proof, sha256 = copied(prover.cache, digest, target, expected, noted.stamp)
    if not sha256:
        # Its name tells whether it is corrupt, or the release was tampered with.
        prover.prove({digest: what}, sha256=True)
        return False
    prover.deferred.copied.add(digest)
    prover.sha256[digest] = sha256
    prover.memo.prove({digest: proof} if proof else {})
    noted.keep()
    return True


class _Noted:
    """With which stamp an object was seen to have the SHA-256 that a release states.

    No proof: what its MD5 is nobody has computed.
    """

    def __init__(self, prover: Prover, digest: str, sha256: str) -> None:
        self._memo, self._path = prover.memo, prover.cache.file(digest)
        self._key, self._looked = f"sha256:{digest}:{sha256}" if sha256 else "", time.time_ns()
        self._seen = stamped(self._path)
        trusted = bool(self._key) and not (prover.memo.blind or prover.doubtful)
        known = trusted and prover.memo.note(self._key) == str(self._seen)
        self.stamp = self._seen if known else None

    def keep(self) -> None:
        """Note it now: the copy was the right one."""
        seen = self._seen
        if self._key and seen and not self.stamp and seen[4] < self._looked - GRAIN:
            self._memo.note_on_save(self._key, str(seen))


def catch_up(prover: Prover) -> None:
    """Prove what was deferred and not copied, and judge what waited for that."""
    deferred, prover.deferred = prover.deferred, Deferred()
    left = {d: what for d, what in deferred.names.items() if d not in deferred.copied}
    prover.prove(left, sha256=True)
    for check in deferred.checks:
        check()
