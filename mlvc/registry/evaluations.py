"""Evaluations in Git: a chain of commits over a tree of one blob each, under a ref of its own.

What was fetched of other clones counts as well: `refs/mlvc/remotes/NAME/evaluations`.
"""

import logging
import os
import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache

from mlvc.domain.evaluation import Evaluation
from mlvc.domain.evaluator import model_key
from mlvc.errors import MlvcError
from mlvc.registry.git import Git
from mlvc.registry.grafts import Forest
from mlvc.registry.recording import REF, Tip, advance, commit
from mlvc.registry.trees import (
    FOLDERS,
    Raw,
    parse_tree,
    read_tree,
    subtree,
    try_blobs,
    try_objects,
)

REMOTES = "refs/mlvc/remotes"
# A tag that was seen there may be called so, such as `m#my/evaluations`.
_TAG = re.compile(r"/tags/.*#")
# So many of one model are kept beside each other; the next go one folder deeper, for each append
# writes the whole list of what stands beside it.
_BESIDE = 256
_log = logging.getLogger(__name__)


def refs(git: Git) -> dict[str, str]:
    """The record's ref and those of what was fetched, each with its commit; the own one first."""
    patterns = (REF, f"{REMOTES}/**/evaluations")
    lines = git.text("for-each-ref", "--format=%(refname) %(objectname)", *patterns)
    found = (line.split(" ") for line in lines.splitlines())
    return {ref: tip for ref, tip in found if not _TAG.search(ref)}


def read(git: Git, model_digest: str | None = None) -> tuple[Evaluation, ...]:
    """The recorded evaluations: of one model digest, or all.

    Anyone who can push can write here, so a record that makes no sense stops nobody: it is left
    out, and logged once.
    """
    if model_digest is not None:
        return read_many(git, [model_digest])[model_digest]
    entries: dict[str, str] = {}
    for tip in refs(git).values():
        every = read_tree(git, tip, "").items()
        entries = {path: e.id for path, e in every if not e.is_submodule} | entries
    return tuple(_parsed(git, entries).values())


def read_many(
    git: Git, model_digests: Iterable[str], evaluators: Collection[str] | None = None
) -> dict[str, tuple[Evaluation, ...]]:
    """Those of several model digests at once: of all evaluators, or of these.

    Only what is asked for is read, in a handful of git processes.
    """
    wanted = {digest: Evaluation.folder(model_key(digest)) for digest in model_digests}
    tips = refs(git).values() if wanted else ()
    entries: dict[str, str] = {}
    for tip in tips:
        entries = _listed(git, tip, set(wanted.values()), evaluators) | entries
    found: dict[str, list[Evaluation]] = {folder: [] for folder in wanted.values()}
    for path, made in _parsed(git, entries).items():
        found["/".join(path.split("/")[:2])].append(made)
    return {digest: tuple(found[folder]) for digest, folder in wanted.items()}


def record(git: Git, made: Iterable[Evaluation]) -> None:
    """Append evaluations, in one commit. Safe beside others that do the same.

    Raises `MlvcError` as `advance` does.
    """
    forest = Forest(git)
    blobs = [(one, forest.blob(one.to_json())) for one in made]
    names = list(dict.fromkeys(one.release or one.model for one, _ in blobs))
    message = f"Evaluate {', '.join(names[:3])}{' and others' if names[3:] else ''}"
    folders = {one.folder(one.model_digest) for one, _ in blobs}

    def appended(tip: Tip) -> str:
        paths = {_place(forest, tip.tree, one): blob for one, blob in blobs}
        return commit(forest, forest.graft(tip.tree, paths), message, tip.commit)

    if blobs:
        advance(git, forest, appended, {*folders, *(folder[:2] for folder in folders)})


def _place(forest: Forest, root: str | None, one: Evaluation) -> str:
    beside = forest.files(root, one.folder(one.model_digest))
    return one.path(spread=beside >= _BESIDE)


def _listed(
    git: Git, tip: str, folders: Collection[str], evaluators: Collection[str] | None
) -> dict[str, str]:
    """The blobs below folders such as `ab/abcd…`, by path, and one folder deeper."""
    tops = {f"{tip}:{folder[:2]}" for folder in folders}
    trees = _trees(git, {top: top for top in tops})
    inner = {
        folder: found
        for folder in folders
        if (found := subtree(trees.get(f"{tip}:{folder[:2]}", {}), folder[3:].encode()))
    }
    marks = None if evaluators is None else {m for by in evaluators for m in Evaluation.marks(by)}
    files: dict[str, str] = {}
    for _ in range(2):
        entries = [
            (f"{folder}/{os.fsdecode(name)}", mode, oid.hex())
            for folder, found in _trees(git, inner).items()
            for name, (mode, oid) in found.items()
            if marks is None or name.partition(b"-")[0].decode("latin-1") in marks
        ]
        files |= {path: oid for path, mode, oid in entries if mode not in FOLDERS}
        inner = {path: oid for path, mode, oid in entries if mode in FOLDERS}
    return files


def _trees(git: Git, names: Mapping[str, str]) -> dict[str, dict[bytes, Raw]]:
    """Those of the named objects that are trees, by what they are called here."""
    found = try_objects(git, names.values())
    there = {path: found[name] for path, name in names.items() if name in found}
    return {path: parse_tree(one) for path, one in there.items() if one.kind == "tree"}


def _parsed(git: Git, entries: Mapping[str, str]) -> dict[str, Evaluation]:
    """The evaluations among blobs, by path."""
    blobs = try_blobs(git, entries.values())
    found = {path: _parse(path, blobs.get(blob)) for path, blob in sorted(entries.items())}
    return {path: made for path, made in found.items() if made}


def _parse(path: str, data: bytes | None) -> Evaluation | None:
    try:
        found = Evaluation.from_json(data or b"")
        if path in (found.path(), found.path(spread=True)):
            return found
        note(path, "an evaluation stands under another's name")
    except MlvcError as error:
        note(path, error.message)
    return None


@cache
def note(path: str, why: str) -> None:
    """Say once what is left out, and why."""
    _log.warning("note: %s of %s is left out: %s", ascii(path), REF, why)
