"""What is known of folders as wholes, so that nobody reads of each object what was proven of it."""

from typing import TYPE_CHECKING

from mlvc.artifacts.objects import Content
from mlvc.ops.reading import are_remembered, spread
from mlvc.workspace.memo import Folder

if TYPE_CHECKING:
    from mlvc.ops.proving import Prover


def know(prover: "Prover", content: Content, sha256: str = "") -> None:
    """Remember of a folder that all its objects are proven, and its SHA-256 if that is known.

    Nothing is said of one that has objects which wait for their proof.
    """
    known = prover.memo.folder(content.digest)
    waits = not content.is_folder or prover.deferred.waits_for(content.files.values())
    if not waits and (known is None or (sha256 and not known.sha256)):
        prover.memo.prove_folder(
            content.digest, Folder(sha256, tuple(spread(list(content.files.values()))))
        )


def is_known(prover: "Prover", digest: str, what: str, *, sha256: bool) -> bool:
    """Whether all objects of a folder are remembered, and some of the proofs still hold.

    `sha256` says that its SHA-256 has to be known as well. Raises `MlvcError` where the manifest
    itself is not what it should be.
    """
    known = prover.memo.folder(digest)
    if known is None or (sha256 and not known.sha256):
        return False
    prover.prove({digest: what})
    if known.sha256:
        prover.sha256[digest] = known.sha256
    return are_remembered(prover.memo, prover.cache, list(known.some), sha256=sha256)
