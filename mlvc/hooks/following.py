"""`post-checkout` and `post-merge`: the artifacts go where HEAD went."""

from collections.abc import Iterator
from pathlib import Path

from mlvc.hooks.projects import projects
from mlvc.ops.bringing import Brought, bring


def follow(top: Path, old: str, new: str) -> Iterator[Brought]:
    """Bring each project's artifacts from `old` to `new`, which is HEAD; zeros are no commit.

    Raises `MlvcError`, after which those of that project are as they were.
    """
    for project in projects(top, new):
        commit = project.repo.resolve(new)
        before = project.repo.resolve(old) if old.strip("0") else ""
        yield bring(project, before, commit)
