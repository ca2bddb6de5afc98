"""What commits hold, remembered: they never change, and thousands are asked."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zlib import crc32

from mlvc.artifacts import documents, encoding
from mlvc.artifacts.outline import outline, outlining
from mlvc.domain.pipeline import Pipeline
from mlvc.domain.release import Release
from mlvc.domain.snapshot import Snapshot
from mlvc.registry.trees import Tree, identities

if TYPE_CHECKING:
    from mlvc.ops.project import Project


_LARGE = 1 << 14  # bytes of a file that is not kept as it was read

Asked = tuple[str, str]
"""A commit and a model."""


def object_of(project: "Project", commit: str, model: str, home: str | None = None) -> str | None:
    """What identifies the model's content at a commit; None where it is not there.

    `home` is the prefix of the DVC project that is meant, where it is another one than this.
    """
    if home is not None:
        return _object(project, commit, model, home)
    return objects_of(project, [(commit, model)])[commit, model]


def objects_of(project: "Project", asked: Iterable[Asked]) -> dict[Asked, str | None]:
    """The same of many; what is read is remembered, that there is nothing, too."""
    keys = {(commit, model): f"object:{commit}:{project.repo.prefix}{model}"
            for commit, model in asked}  # fmt: skip
    noted = project.memo.notes(keys.values())
    fresh = {one: _object(project, *one) for one, key in keys.items() if key not in noted}
    project.memo.write_notes({keys[one]: found or "" for one, found in fresh.items()})
    return {one: fresh.get(one) or noted.get(key) or None for one, key in keys.items()}


def _object(project: "Project", commit: str, model: str, home: str | None = None) -> str | None:
    # Neither tree nor outline is kept: those of 10,000 commits are too many.
    tree = project.repo.tree(commit, home)
    files = _outlining(tree)
    blobs = project.repo.blobs(files.values())
    pipeline = outline({path: _document(blobs[blob]) for path, blob in files.items()})
    artifact = pipeline.artifact(model)
    snapshot = Snapshot(commit, pipeline, identities(tree))
    return snapshot.content(artifact.path) if artifact else None


def _outlining(tree: Tree) -> dict[str, str]:
    """The ids of the files that an outline is made of, by path."""
    return {path: tree[path].id for path in outlining(tree) if not tree[path].is_submodule}


def _document(data: bytes) -> Any:
    return documents.plain(data) if len(data) > _LARGE else documents.shared(data)


def outlined(project: "Project", commit: str) -> Pipeline:
    """The outline of a commit's pipeline; known by the files that it is made of, YAML is not read.

    Raises `MlvcError` where they make no sense.
    """
    tree = project.tree(commit)
    files = _outlining(tree)
    rows = json.dumps([encoding.FORM, sorted(files.items())])
    # Of all that a verb may need to begin, `hashlib` takes longest to load. What is kept under a
    # checksum is told from what has the same one by itself.
    key = f"outline:{crc32(rows.encode()):08x}"
    known, _, text = (project.memo.note(key) or "").partition("\n")
    if known == rows:
        return encoding.decode(text)
    texts = project.read(commit, list(files))
    found = outline({path: documents.plain(text) for path, text in texts.items()})
    if encoded := encoding.encode(found):
        project.memo.write_note(key, f"{rows}\n{encoded}")
    return found


def with_objects(project: "Project", releases: Iterable[Release]) -> tuple[Release, ...]:
    """The releases with their `object`, which the tags that plain GTO wrote do not tell."""
    every = list(releases)
    found = objects_of(project, ((r.commit, r.model) for r in every if r.object is None))
    return tuple(
        r if r.object is not None else replace(r, object=found[r.commit, r.model]) for r in every
    )
