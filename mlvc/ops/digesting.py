"""The SHA-256 of what is proven, as `Model-Digest` states it."""

from pathlib import Path

from mlvc.artifacts.objects import Content
from mlvc.ops.knowing import know
from mlvc.ops.proving import Prover
from mlvc.workspace.census import Census
from mlvc.workspace.hashing import sha256_listing, sha256_path


def model_digest(prover: Prover, content: Content, tree: Census | None = None) -> str:
    """The digest of proven content, `sha256:…`.

    `tree` holds that content, and may be known to have that digest.
    """
    known = prover.memo.tree(tree) if tree else None
    if known and known.sha256:
        prover.sha256[content.digest] = known.sha256
    elif content.digest not in prover.sha256:
        # What was forgotten is read anew, and that is what will go live.
        read = sha256_path(Path(tree.path)) if tree and prover.memo.blind else ""
        prover.sha256[content.digest] = read or _listed(prover, content)
    if tree and known and not known.sha256:
        prover.prove_tree(tree, content.digest)
    return f"sha256:{prover.sha256[content.digest]}"


def _listed(prover: Prover, content: Content) -> str:
    proofs = prover.prove(dict.fromkeys(content.files.values(), "the model"), sha256=True)
    if not content.is_folder:
        return proofs[content.digest].sha256
    found = sha256_listing({name: proofs[d].sha256 for name, d in content.files.items()})
    know(prover, content, found)
    return found
