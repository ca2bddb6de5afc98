"""`post-checkout` and `post-merge`: the artifacts go where HEAD went."""

from collections.abc import Callable, Iterator
from pathlib import Path

from mlvc.hooks.projects import projects
from mlvc.ops.bringing import Brought, bring
from mlvc.ops.recover import Recovered


def follow(top: Path, old: str, new: str, tell: Callable[[Recovered], object]) -> Iterator[Brought]:
    """Bring each project's artifacts from `old` to `new`, which is HEAD; zeros are no commit.

    `tell` hears what was found interrupted. Raises `MlvcError`, after which those of that project
    are as they were.
    """
    for project in projects(top, new):
        project.tell_recovered = tell
        commit = project.repo.resolve(new)
        before = project.repo.resolve(old) if old.strip("0") else ""
        yield bring(project, before, commit)
