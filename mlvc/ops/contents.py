"""What commits hold, remembered: they never change, and thousands are asked."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from mlvc.artifacts import encoding
from mlvc.artifacts.outline import outline, outlining
from mlvc.domain.pipeline import Pipeline
from mlvc.domain.release import Release

if TYPE_CHECKING:
    from mlvc.ops.project import Project


def object_of(project: "Project", commit: str, model: str) -> str | None:
    """What identifies the model's content at a commit; None where it is not there."""
    key = f"object:{commit}:{project.repo.prefix}{model}"
    found = project.memo.note(key)
    if not found and (found := project.object_at(commit, model)):
        project.memo.write_note(key, found)
    return found


def outlined(project: "Project", commit: str) -> Pipeline:
    """The outline of a commit's pipeline; known by the files that it is made of, YAML is not read.

    Raises `MlvcError` where they make no sense.
    """
    tree = project.tree(commit)
    files = {path: tree[path].id for path in outlining(tree) if not tree[path].is_submodule}
    rows = json.dumps([encoding.FORM, sorted(files.items())]).encode("utf-8", "surrogateescape")
    key = f"outline:{hashlib.sha256(rows).hexdigest()}"
    text = project.memo.note(key)
    if text is not None:
        return encoding.decode(text)
    found = outline(project.read(commit, list(files)))
    if encoded := encoding.encode(found):
        project.memo.write_note(key, encoded)
    return found


def with_objects(project: "Project", releases: Iterable[Release]) -> tuple[Release, ...]:
    """The releases with their `object`, which the tags that plain GTO wrote do not tell."""
    return tuple(
        r if r.object is not None else replace(r, object=object_of(project, r.commit, r.model))
        for r in releases
    )
