"""What came into an output while it was replaced: those bytes are the user's, and are kept."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from mlvc.artifacts.objects import Cache, split
from mlvc.errors import MlvcError
from mlvc.ops.keeping import NEW, OLD, SEEN
from mlvc.ops.proving import Prover
from mlvc.ops.reading import stamped
from mlvc.workspace import transaction
from mlvc.workspace.census import GRAIN, census
from mlvc.workspace.hashing import dvc_md5
from mlvc.workspace.journal import Journal

Known = Callable[[str, str], bool]
"""Whether what is at a path is the release's; also given its name in the output."""


def save_old(journal: Journal, root: Path, prover: Prover, saved: Path) -> list[Path]:
    """After `finish`: move what is not the old release's from the old content to `saved`.

    `looked` in the journal's note is when the old content was found to be that release's; what
    was written after that is the user's. What is as it was seen then (`seen:` and its path) needs
    no closer look.
    """
    looked = int(journal.note.get("looked", "0"))

    def rule(live: str, slot: Path) -> Known | None:
        if _untouched(prover, journal.note, live, slot):
            return None
        manifest = _manifest(journal.note.get(OLD + live), prover.cache)

        def known(name: str, path: str) -> bool:
            status = os.lstat(path)
            if status.st_mtime_ns >= looked - GRAIN:
                return False
            if not name or manifest is None:
                return True
            # What was moved in has an old mtime, and what we linked meanwhile a new ctime.
            late = status.st_ctime_ns >= looked - GRAIN
            return name in manifest and not (late and _is_other(path, manifest[name], prover))

        return known

    return _save(journal, root, saved, rule)


def save_new(journal: Journal, root: Path, cache: Cache, saved: Path) -> list[Path]:
    """After `undo`: the same for what was live for a moment, compared by content."""

    def rule(live: str, _slot: Path) -> Known:
        manifest = _manifest(journal.note.get(NEW + live), cache)

        def known(name: str, path: str) -> bool:
            if not name or manifest is None:
                return True  # a single file that was written to is put aside by `undo` itself
            if name not in manifest:
                return False
            algorithm, value = split(manifest[name])
            return dvc_md5(Path(path), algorithm) == value

        return known

    return _save(journal, root, saved, rule)


def _save(
    journal: Journal, root: Path, saved: Path, rule: Callable[[str, Path], Known | None]
) -> list[Path]:
    found = []
    for swap in journal.swaps:
        live, slot = os.path.relpath(swap.live, root), Path(swap.slot)
        if known := rule(live, slot):
            found += transaction.save(slot, transaction.strangers(slot, known), saved / live)
    return found


def _untouched(prover: Prover, note: Mapping[str, str], live: str, tree: Path) -> bool:
    """Whether a folder is in all as it was when it had that fingerprint: a rename adds nothing.

    Links of ours to objects that it shares with the new one have changed their ctime meanwhile.
    """
    seen = note.get(SEEN + live)
    now = census(tree) if seen else None
    if now is None or now.fingerprint == seen:
        return now is not None
    return prover.matches(now, note.get(OLD + live, ""), unread=True)


def _is_other(path: str, digest: str, prover: Prover) -> bool:
    """Whether a file is neither an object itself, nor has its content."""
    file, found = Path(path), stamped(prover.cache.file(digest))
    if not file.is_file():
        return True
    algorithm, value = split(digest)
    is_object = found is not None and file.stat().st_ino == found[1]
    return not is_object and dvc_md5(file, algorithm) != value


def _manifest(digest: str | None, cache: Cache) -> Mapping[str, str] | None:
    """A folder's files; None for what is no folder of DVC's."""
    if digest is None or not digest.endswith(".dir"):
        return None
    try:
        return cache.manifest(digest) if cache.path(digest).exists() else {}
    except MlvcError:
        return {}  # a manifest that cannot be read tells nothing of the user's from the release's
