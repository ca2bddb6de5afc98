"""What models of old commits are, remembered: a commit never changes, and thousands are asked."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

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


def with_objects(project: "Project", releases: Iterable[Release]) -> tuple[Release, ...]:
    """The releases with their `object`, which the tags that plain GTO wrote do not tell."""
    return tuple(
        r if r.object is not None else replace(r, object=object_of(project, r.commit, r.model))
        for r in releases
    )
