"""What HEAD says, even where it is broken: that may be why someone goes back."""

from mlvc.domain.snapshot import Snapshot
from mlvc.errors import MlvcError
from mlvc.ops.project import Project


def known(project: Project, commit: str) -> Snapshot:
    """A commit resolved by DVC, or what its YAML tells where DVC cannot make sense of it."""
    try:
        return project.snapshot(commit)
    except MlvcError:
        return project.outline(commit)
