"""A tag that is not as it was first seen here: what is said of it, and who refuses it."""

import os
from pathlib import Path

from mlvc.errors import MlvcError
from mlvc.ops.project import Project
from mlvc.registry.trees import named


def seen_tags(project: Project) -> Path:
    """The file that has each tag as it was first seen: its object's id, a space, its name."""
    return project.repo.common_dir / "mlvc" / "seen-tags"


def refuse_moved(project: Project, tag: str) -> None:
    """Raise `MlvcError` for a tag that has moved since `mlvc verify` saw it first."""
    file = seen_tags(project)
    # Not taken apart: there may be 100,000.
    before, found, _ = os.fsdecode(file.read_bytes() if file.exists() else b"").partition(
        f" {tag}\n"
    )
    was, now = before.rpartition("\n")[2], named(project.repo.git, f"refs/tags/{tag}")
    if found and now and was != now:
        raise MlvcError(*told(tag, was, now))


def told(tag: str, seen: str, now: str) -> tuple[str, str]:
    """What is wrong with a tag that has moved, and what to do."""
    then = (
        "An attack or a mistake: ask who did it. To have it as it was:"
        f" `git update-ref refs/tags/{tag} {seen}`. If the new one is right:"
        f" `mlvc verify --accept {tag}`."
    )
    first = f"it was {seen[:10]} when it was first seen here"
    return f"tag {tag} has moved: {first}, and is {now[:10]}", then
