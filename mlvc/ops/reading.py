"""Reading objects and files, to prove what they are."""

import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from mlvc.artifacts.objects import Cache, corrupt, missing_object, split
from mlvc.domain.batching import batched
from mlvc.workspace.census import Census, Stamp, stamp
from mlvc.workspace.hashing import both_digests, dvc_md5, sha256_path
from mlvc.workspace.memo import Memo
from mlvc.workspace.proofs import Proof

_FEW = 10_000


def proof_of(cache: Cache, digest: str, what: str, *, sha256: bool) -> Proof:
    """Read an object, and prove it; raises `MlvcError` (MISSING or CORRUPT)."""
    path = cache.file(digest)
    before = stamped(path)
    if before is None:
        raise missing_object(digest, what)
    algorithm, value = split(digest)
    found, sha = both_digests(path, algorithm) if sha256 else (dvc_md5(path, algorithm), "")
    if found != value.removesuffix(".dir") or stamped(path) != before:
        raise corrupt(digest, Path(path), what)
    return Proof(before, sha)


def are_remembered(memo: Memo, cache: Cache, digests: list[str], *, sha256: bool) -> bool:
    """Whether there are proofs of all objects, and those of some of them still hold."""
    known = memo.proofs(digests)
    if len(known) < len(digests) or not all(p.sha256 or not sha256 for p in known.values()):
        return False
    # Some tell whether all were linked by others since, or are a copied repository's.
    return all(known[digest].stamp == stamped(cache.file(digest)) for digest in spread(digests))


def spread(every: list[str], count: int = 16) -> list[str]:
    """Some of many, so many at least, from all over."""
    return every[:: max(1, len(every) // count)]


def are_there(memo: Memo, seen: Census, files: Mapping[str, str], *, unread: bool = False) -> bool:
    """Whether each file that was seen is the one of its digest: as it was proven, or read anew.

    What would have to be read is not, where it has to be told `unread`: that asks what the user
    wrote, of which what was proven before `Memo.forget` tells, too.
    """
    # A few at a time: what is remembered of all of them takes much memory.
    for some in batched(seen.files, _FEW):
        known = memo.proofs({files[name] for name in some}, anyway=unread)
        if not all(_is_there(seen, name, files[name], known, unread=unread) for name in some):
            return False
        memo.let_go(known)
    return True


def _is_there(
    seen: Census, name: str, digest: str, known: Mapping[str, Proof], *, unread: bool
) -> bool:
    found, proof = seen.files[name], known.get(digest)
    if len(found) == 1:
        return False  # neither a file nor a link to one
    if proof is not None and found[:5] == proof.stamp:
        return True
    return not unread and is_named(Path(seen.path, name), digest)


def copied(
    cache: Cache, digest: str, target: str, expected: str, seen: Stamp | None = None
) -> tuple[Proof | None, str]:
    """Copy an object to `target`, and hash it on the way: its proof, and its SHA-256 in hex.

    Where that is the `expected` one, nothing else is computed, and so nothing is known of its
    name: no proof. With the stamp of `seen` it had that SHA-256 before, and nothing is computed.
    Where it is not what it should be, both are empty, and there is no copy.
    """
    from mlvc.workspace.copying import copy_hashing

    path, value = cache.file(digest), split(digest)[1]
    before = stamped(path)
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    known = bool(expected) and before is not None and before == seen
    copy_hashing(path, target, [] if known else [sha256] if expected else [md5, sha256])
    found = expected if known else sha256.hexdigest()
    is_right = found == expected if expected else md5.hexdigest() == value
    if before is None or not is_right or stamped(path) != before:
        Path(target).unlink()
        return None, ""
    return (None if expected else Proof(before, found)), found


def stamped(path: str) -> Stamp | None:
    """The stamp of a file; None where there is none."""
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return stamp(status) if stat.S_ISREG(status.st_mode) else None


def is_named(path: Path, digest: str) -> bool:
    """Whether a file has the content of DVC's digest."""
    algorithm, value = split(digest)
    return dvc_md5(path, algorithm) == value


def live_digest(path: Path) -> str:
    """The SHA-256 of a file or folder of the workspace, as `Model-Digest` states it."""
    return f"sha256:{sha256_path(path)}"
